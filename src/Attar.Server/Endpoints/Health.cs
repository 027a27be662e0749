using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /health</c>: 200 as soon as requests are answered; busy is healthy.</summary>
static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes) => routes.MapGet("/health", Ok () => TypedResults.Ok());
}
