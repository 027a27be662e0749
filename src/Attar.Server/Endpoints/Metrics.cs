using Attar.Server.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /metrics</c> for Prometheus.</summary>
static class Metrics
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", ContentHttpResult (PrometheusText text) => TypedResults.Text(text.Write(), "text/plain; version=0.0.4; charset=utf-8"));
}
