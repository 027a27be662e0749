using Attar.Server.Reloading;
using Attar.Server.Requests;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record ReloadAnswer(IReadOnlyList<Reloaded> Reloaded);

/// <summary><c>POST /admin/reload</c> with an admin key: loads models, catalogue and keys anew; what cannot be loaded stays as it is.</summary>
static class Admin
{
    public static void MapAdmin(this IEndpointRouteBuilder routes) => routes.MapPost("/admin/reload", Reload);

    static async Task<JsonHttpResult<ReloadAnswer>> Reload(HttpContext context, Reloader reloader, ServerOptions options)
    {
        if (options.Keys.Length == 0) throw new RequestRefused(Refusal.Forbidden, "no key file is set, so nobody may reload; send SIGHUP to the process, or change the files");
        return TypedResults.Json(new ReloadAnswer(await reloader.ReloadAll(CancellationToken.None)), ServerJson.Default.ReloadAnswer);
    }
}
