using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /openapi.json</c>: the description of everything that is served, kept by hand in <c>openapi.json</c>.</summary>
static class Interface
{
    public static void MapInterface(this IEndpointRouteBuilder routes)
    {
        byte[] content = SearchPage.Resource("openapi.json");
        routes.MapGet("/openapi.json", FileContentHttpResult () => TypedResults.Bytes(content, "application/json"));
    }
}
