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

/// <summary>The official clients for Node ask the server; each is skipped where Node or its package is absent.</summary>
public sealed class OfficialClientsTests : IDisposable
{
    /// <summary>Names a node_modules folder that has the packages.</summary>
    const string Variable = "ATTAR_NODE_MODULES";

    const string Cohere = """
        const { CohereClient, CohereClientV2 } = require("cohere-ai");
        const two = await new CohereClientV2({ token: key, environment: url }).rerank({ model: "rerank-v3.5", query: "q", documents, topN: 2 });
        const one = await new CohereClient({ token: key, environment: url }).rerank({ query: "q", documents: documents.map(text => ({ text })), returnDocuments: true });
        const refused = await new CohereClientV2({ token: "wrong", environment: url, maxRetries: 0 }).rerank({ model: "m", query: "q", documents }).catch(error => error);
        return {
          two: two.results, id: two.id, meta: two.meta,
          one: one.results.map(result => [result.index, result.document.text]),
          status: refused.statusCode, error: refused.body.message,
        };
        """;

    const string Voyage = """
        const { VoyageAIClient } = require("voyageai");
        const client = new VoyageAIClient({ apiKey: key, environment: url + "/v1" });
        const all = await client.rerank({ query: "q", documents, model: "rerank-2.5" });
        const two = await client.rerank({ query: "q", documents, model: "rerank-2.5", topK: 2, returnDocuments: true, truncation: true });
        const refused = await new VoyageAIClient({ apiKey: "wrong", environment: url + "/v1" }).rerank({ query: "q", documents, model: "m" }, { maxRetries: 0 }).catch(error => error);
        return { all: all.data.map(item => item.index), two: two.data, tokens: all.usage.totalTokens > 0, status: refused.statusCode };
        """;

    const string Mixedbread = """
        const { Mixedbread } = require("@mixedbread/sdk");
        const client = new Mixedbread({ apiKey: key, baseURL: url });
        const all = await client.rerank({ query: "q", input: documents });
        const two = await client.rerank({ model: "mxbai-rerank-large-v2", query: "q", input: documents.map(title => ({ title })), rank_fields: ["title"], top_k: 2, return_input: true });
        const refused = await new Mixedbread({ apiKey: "wrong", baseURL: url, maxRetries: 0 }).rerank({ query: "q", input: documents }).catch(error => error);
        return { all: all.data.map(item => item.index), two: two.data, top: two.top_k, tokens: all.usage.total_tokens > 0, status: refused.status };
        """;

    const string Pinecone = """
        const { Pinecone } = require("@pinecone-database/pinecone");
        const client = new Pinecone({ apiKey: key, controllerHostUrl: url });
        const all = await client.inference.rerank({ model: "bge-reranker-v2-m3", query: "q", documents });
        const two = await client.inference.rerank({ model: "bge-reranker-v2-m3", query: "q", documents: documents.map((title, i) => ({ id: `${i}`, title })), rankFields: ["title"], topN: 2 });
        const refused = await new Pinecone({ apiKey: "wrong", controllerHostUrl: url }).inference.rerank({ model: "m", query: "q", documents }).catch(error => error);
        return { all: all.data.map(item => item.index), two: two.data, units: two.usage.rerankUnits, refused: refused.name };
        """;

    readonly string keys = Path.GetTempFileName();

    public void Dispose() => File.Delete(keys);

    /// <summary>What a script returns that asks a server whose scores are the documents' lengths less two.</summary>
    async Task<JsonObject> Ask(string package, string script)
    {
        string? modules = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(modules is null || !Directory.Exists(Path.Combine(modules, package)), $"{Variable} names no folder with {package} (npm install {package})");
        string key = ApiKey.Generate();
        await File.WriteAllTextAsync(keys, new ApiKey("shop", ApiKey.HashOf(key)).ToLine());
        await using var app = AttarServer.Create(
            new ServerOptions(Port: 0, Keys: keys),
            [new Source<IScoringModel>("student", () => new TextModel((_, documents) => [.. documents.Select(document => document.Length - 2f)]), () => "")],
            new Source<Storefront>("catalogue", () => new Storefront(null!, new Dictionary<string, Attar.Data.Product>(), []), () => ""));
        Uri address = await AttarServer.Start(app);

        string whole = $$"""
            const { url, key } = JSON.parse(process.argv[1]);
            const documents = ["a", "ccc", "bb"];
            (async () => {
            {{script}}
            })().then(answer => console.log(JSON.stringify(answer)));
            """;
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["NODE_PATH"] = modules } };
        foreach (string argument in (string[])["-e", whole, new JsonObject { ["url"] = address.ToString().TrimEnd('/'), ["key"] = key }.ToJsonString()]) start.ArgumentList.Add(argument);
        Printed printed = AttarProcess.WaitFor(Process.Start(start)!);
        Assert.True(printed.Code == 0, printed.Error);
        return printed.Json;
    }

    [Fact]
    public async Task Coheres_own_client_gets_its_rankings_and_its_errors()
    {
        JsonObject answer = await Ask("cohere-ai", Cohere);
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

    [Fact]
    public async Task Voyages_own_client_gets_its_rankings_and_its_errors()
    {
        JsonObject answer = await Ask("voyageai", Voyage);
        Assert.Equal("[1,2,0]", answer["all"]!.ToJsonString());
        Assert.Equal(2, answer["two"]!.AsArray().Count);
        Assert.Equal(("bb", .5), ((string)answer["two"]![1]!["document"]!, (double)answer["two"]![1]!["relevanceScore"]!));
        Assert.True((bool)answer["tokens"]!);
        Assert.Equal(401, (int)answer["status"]!);
    }

    [Fact]
    public async Task Mixedbreads_own_client_gets_its_rankings_and_its_errors()
    {
        JsonObject answer = await Ask("@mixedbread/sdk", Mixedbread);
        Assert.Equal("[1,2,0]", answer["all"]!.ToJsonString());
        Assert.Equal("""{"index":2,"score":0.5,"input":{"title":"bb"},"object":"rank_result"}""", answer["two"]![1]!.ToJsonString());
        Assert.Equal(2, (int)answer["top"]!);
        Assert.True((bool)answer["tokens"]!);
        Assert.Equal(401, (int)answer["status"]!);
    }

    [Fact]
    public async Task Pinecones_own_client_gets_its_rankings_and_its_errors()
    {
        JsonObject answer = await Ask("@pinecone-database/pinecone", Pinecone);
        Assert.Equal("[1,2,0]", answer["all"]!.ToJsonString());
        Assert.Equal("""{"index":2,"score":0.5,"document":{"id":"2","title":"bb"}}""", answer["two"]![1]!.ToJsonString());
        Assert.Equal(1, (int)answer["units"]!);
        Assert.Equal("PineconeAuthorizationError", (string)answer["refused"]!);
    }
}
