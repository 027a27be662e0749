using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /</c>: the search page, and the files of all pages, kept in the assembly.</summary>
static class SearchPage
{
    public static void MapSearchPage(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/", "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Resource("Page/index.html")).Replace("<!-- pages -->", PageFrame.Navigation("/").ToString(), StringComparison.Ordinal)));
        foreach (string style in (string[])["page.css", "experiments.css", "judge.css", "workbench.css"]) Map(routes, "/" + style, "text/css; charset=utf-8", Resource($"Page/{style}"));
        foreach (string script in (string[])["page.js", "judge.js", "runs.js"]) Map(routes, "/" + script, "text/javascript; charset=utf-8", Resource($"Page/{script}"));
        Map(routes, "/favicon.svg", "image/svg+xml", Resource("Page/favicon.svg"));
    }

    static void Map(IEndpointRouteBuilder routes, string path, string type, byte[] content) => routes.MapGet(path, FileContentHttpResult (HttpResponse response) =>
    {
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(content, type);
    });

    /// <summary>A file kept in the assembly.</summary>
    public static byte[] Resource(string name)
    {
        using Stream resource = typeof(SearchPage).Assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}
