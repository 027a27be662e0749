using Attar.Server.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary>
/// <c>GET /health/live</c>: the process answers. <c>GET /health/ready</c> and <c>/health</c>: send requests here; busy is ready,
/// stopping is not (503).
/// </summary>
static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", Ready);
        routes.MapGet("/health/ready", Ready);
        routes.MapGet("/health/live", Ok () => TypedResults.Ok());
    }

    static StatusCodeHttpResult Ready(Drain drain) => TypedResults.StatusCode(drain.Begun ? 503 : 200);
}
