using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /</c>: the search page, and the files of all pages, kept in the assembly.</summary>
static class SearchPage
{
    public static void MapSearchPage(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/", "index.html", "text/html; charset=utf-8");
        Map(routes, "/page.css", "page.css", "text/css; charset=utf-8");
        Map(routes, "/page.js", "page.js", "text/javascript; charset=utf-8");
        Map(routes, "/experiments.css", "experiments.css", "text/css; charset=utf-8");
        Map(routes, "/judge.css", "judge.css", "text/css; charset=utf-8");
        Map(routes, "/judge.js", "judge.js", "text/javascript; charset=utf-8");
        Map(routes, "/favicon.svg", "favicon.svg", "image/svg+xml");
    }

    static void Map(IEndpointRouteBuilder routes, string path, string file, string type)
    {
        byte[] content = Resource($"Page/{file}");
        routes.MapGet(path, FileContentHttpResult (HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-cache";
            return TypedResults.Bytes(content, type);
        });
    }

    /// <summary>A file kept in the assembly.</summary>
    public static byte[] Resource(string name)
    {
        using Stream resource = typeof(SearchPage).Assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}
