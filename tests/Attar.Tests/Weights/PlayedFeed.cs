using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Attar.Tests.Weights;

/// <summary>A NuGet feed of version 3 on loopback with one package, whose hash its catalog lists.</summary>
sealed class PlayedFeed : IAsyncDisposable
{
    readonly WebApplication app;
    readonly string id, version;
    readonly byte[] package;

    PlayedFeed(string id, string version, byte[] package)
    {
        (this.id, this.version, this.package) = (id.ToLowerInvariant(), version, package);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapGet("/{**path}", Answer);
    }

    public static async Task<PlayedFeed> Start(string id, string version, byte[] package)
    {
        var feed = new PlayedFeed(id, version, package);
        await feed.app.StartAsync();
        return feed;
    }

    public string Address => app.Urls.Single() + "/index.json";

    /// <summary>What comes in place of the package that is listed.</summary>
    public byte[]? Sent { get; set; }

    async Task Answer(HttpContext context)
    {
        string root = app.Urls.Single(), path = context.Request.Path.Value!;
        if (path == $"/content/{id}/{version}/{id}.{version}.nupkg")
        {
            await context.Response.Body.WriteAsync(Sent ?? package);
            return;
        }
        JsonObject Registered() => new() { ["@id"] = $"{root}/catalog/{id}.json", ["id"] = id, ["version"] = version, ["listed"] = true };
        JsonObject Leaf() => new() { ["@id"] = $"{root}/registration/{id}/{version}.json", ["catalogEntry"] = Registered(), ["packageContent"] = $"{root}/content/{id}/{version}/{id}.{version}.nupkg" };
        JsonObject? answer =
            path == "/index.json" ? new()
            {
                ["version"] = "3.0.0",
                ["resources"] = new JsonArray(
                    new JsonObject { ["@id"] = $"{root}/content/", ["@type"] = "PackageBaseAddress/3.0.0" },
                    new JsonObject { ["@id"] = $"{root}/registration/", ["@type"] = "RegistrationsBaseUrl/3.6.0" }),
            }
            : path == $"/content/{id}/index.json" ? new() { ["versions"] = new JsonArray(version) }
            : path == $"/registration/{id}/index.json" ? new()
            {
                ["count"] = 1,
                ["items"] = new JsonArray(new JsonObject { ["@id"] = $"{root}/registration/{id}/index.json#page", ["count"] = 1, ["lower"] = version, ["upper"] = version, ["items"] = new JsonArray(Leaf()) }),
            }
            : path == $"/catalog/{id}.json" ? new() { ["id"] = id, ["version"] = version, ["packageHash"] = Convert.ToBase64String(SHA512.HashData(package)), ["packageHashAlgorithm"] = "SHA512" }
            : null;
        if (answer is null) context.Response.StatusCode = 404;
        else await context.Response.WriteAsync(answer.ToJsonString());
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
