using System.Diagnostics;
using System.Text.Json.Nodes;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Security;
using Attar.Server.Settings;
using Attar.Server.Tests;

namespace Attar.EndToEnd.Tests;

/// <summary>Cohere's official client for Node asks the server; skipped where Node or the package is absent.</summary>
public sealed class CohereClientTests : IDisposable
{
    /// <summary>Names a node_modules folder that has cohere-ai.</summary>
    const string Variable = "ATTAR_NODE_MODULES";

    const string Script = """
        const { CohereClient, CohereClientV2 } = require("cohere-ai");
        const { url, key } = JSON.parse(process.argv[1]);
        const documents = ["a", "ccc", "bb"];
        (async () => {
          const two = await new CohereClientV2({ token: key, environment: url }).rerank({ model: "rerank-v3.5", query: "q", documents, topN: 2 });
          const one = await new CohereClient({ token: key, environment: url }).rerank({ query: "q", documents: documents.map(text => ({ text })), returnDocuments: true });
          const refused = await new CohereClientV2({ token: "wrong", environment: url, maxRetries: 0 }).rerank({ model: "m", query: "q", documents }).catch(error => error);
          console.log(JSON.stringify({
            two: two.results, id: two.id, meta: two.meta,
            one: one.results.map(result => [result.index, result.document.text]),
            status: refused.statusCode, error: refused.body.message,
          }));
        })();
        """;

    readonly string keys = Path.GetTempFileName();

    public void Dispose() => File.Delete(keys);

    [Fact]
    public async Task Coheres_own_client_gets_its_rankings_and_its_errors()
    {
        string? modules = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(modules is null || !Directory.Exists(Path.Combine(modules, "cohere-ai")), $"{Variable} names no folder with cohere-ai (npm install cohere-ai)");
        string key = ApiKey.Generate();
        await File.WriteAllTextAsync(keys, new ApiKey("shop", ApiKey.HashOf(key)).ToLine());
        await using var app = AttarServer.Create(
            new ServerOptions(Port: 0, Keys: keys),
            [new Source<IScoringModel>("student", () => new TextModel((_, documents) => [.. documents.Select(document => document.Length - 2f)]), () => "")],
            new Source<Storefront>("catalogue", () => new Storefront(null!, new Dictionary<string, Attar.Data.Product>(), []), () => ""));
        Uri address = await AttarServer.Start(app);

        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["NODE_PATH"] = modules } };
        foreach (string argument in (string[])["-e", Script, new JsonObject { ["url"] = address.ToString().TrimEnd('/'), ["key"] = key }.ToJsonString()]) start.ArgumentList.Add(argument);
        Printed printed = AttarProcess.WaitFor(Process.Start(start)!);
        Assert.True(printed.Code == 0, printed.Error);
        JsonObject answer = printed.Json;
        Assert.Equal(2, answer["two"]!.AsArray().Count);
        Assert.Equal(1, (int)answer["two"]![0]!["index"]!);
        Assert.Equal(1 / (1 + Math.Exp(-1)), (double)answer["two"]![0]!["relevanceScore"]!, 6);
        Assert.Equal("""{"index":2,"relevanceScore":0.5}""", answer["two"]![1]!.ToJsonString());
        Assert.True(Guid.TryParse((string)answer["id"]!, out _));
        Assert.Equal("2", (string)answer["meta"]!["apiVersion"]!["version"]!);
        Assert.Equal("""[[1,"ccc"],[2,"bb"],[0,"a"]]""", answer["one"]!.ToJsonString());
        Assert.Equal(401, (int)answer["status"]!);
        Assert.Equal("this API key is not known", (string)answer["error"]!);
    }
}
