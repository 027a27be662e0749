using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Models">What each of them is: replicas that serve the same ones give the same digests.</param>
/// <param name="Warnings">What somebody should look after, without names: health is open to all.</param>
sealed record HealthAnswer(string Status, IReadOnlyDictionary<string, string> Models, IReadOnlyList<string> Warnings);

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

    static Results<StatusCodeHttpResult, JsonHttpResult<HealthAnswer>> Ready(Drain drain, KeyRing keys, ModelShelf shelf)
    {
        if (drain.Begun) return TypedResults.StatusCode(503);
        return TypedResults.Json(new HealthAnswer("ready", shelf.Listed.ToDictionary(model => model.Name, model => model.Digest), keys.IsStale ? [Broken(keys)] : []), ServerJson.Default.HealthAnswer);
    }

    static string Broken(KeyRing keys) =>
        "the key file is broken, so the keys of its last good reading hold" + (keys.Unlisted > 0 ? $", {keys.Unlisted} of which it does not name any more" : "") + "; the log says what is wrong";
}
