using Attar.Server.Requests;
using Attar.Server.Workbench;
using Attar.Workspaces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary>Pages that stages wrote into the workspace: <c>/quality/report</c>, <c>/quality/pairs</c>, <c>/quality/teacher</c>, <c>/model/promotions/NAME</c>.</summary>
static class WrittenPages
{
    /// <summary>They hold their own style and no script; whatever stands in the file, nothing of it runs or is fetched.</summary>
    const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

    public static void MapWrittenPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/quality/report", (HttpContext context, OpenWorkspace open) => Send(context, open, workspace => Path.Combine(workspace.Report, "index.html")));
        routes.MapGet("/quality/pairs", (HttpContext context, OpenWorkspace open) => Send(context, open, workspace => Path.Combine(workspace.Audit, "pairs.html")));
        routes.MapGet("/quality/teacher", (HttpContext context, OpenWorkspace open) => Send(context, open, workspace => Path.Combine(workspace.Audit, "teacher.html")));
        routes.MapGet("/model/promotions/{name}", (HttpContext context, OpenWorkspace open, string name) => Send(context, open, workspace => OwnedPath.IsOwned(name) && !name.Contains('/') ? Path.Combine(workspace.Root, "promotions", name, "index.html") : null));
    }

    static FileContentHttpResult Send(HttpContext context, OpenWorkspace open, Func<Workspace, string?> of)
    {
        if (open.Workspace is not { } workspace || of(workspace) is not { } path || !File.Exists(path)) throw new RequestRefused(Refusal.NotFound, "there is no such page in the workspace");
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(File.ReadAllBytes(path), "text/html; charset=utf-8");
    }
}
