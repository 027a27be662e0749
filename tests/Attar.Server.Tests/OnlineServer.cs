using System.Text.Json;
using Attar.Data;
using Attar.Online.Storage;
using Attar.Server.Models;
using Attar.Server.Online;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Attar.Server.Tests;

/// <summary>A server with a file of experiments and a store of its own in a folder that goes with it.</summary>
sealed class OnlineServer : IAsyncDisposable
{
    public const string Salt = "0123456789abcdef";

    readonly string folder;

    OnlineServer(TestServer server, string folder) => (Server, this.folder) = (server, folder);

    public TestServer Server { get; }

    public HttpClient Client => Server.Client;

    public OnlineLab Lab => Server.App.Services.GetRequiredService<OnlineLab>();

    public OnlineStore Store => Lab.Store!;

    public string File => Path.Combine(folder, "experiments.json");

    public string Database => Path.Combine(folder, "online.db");

    /// <summary>Six products that the first stage finds in this order; <c>long</c> ranks the longest title first, <c>short</c> the shortest.</summary>
    public static Product[] Drills { get; } = [.. Enumerable.Range(0, 6).Select(i => new Product($"p{i}", "drill" + new string('x', i)))];

    public static Source<IScoringModel>[] Rankers { get; } =
    [
        TestServer.Model("long", (_, documents) => [.. documents.Select(document => (float)document.Length)]),
        TestServer.Model("short", (_, documents) => [.. documents.Select(document => -(float)document.Length)]),
    ];

    public static string Experiment(string name = "lamps", string kind = "ab", string more = "", string control = "long", string treatment = "short") => $$"""
        { "name": "{{name}}", "kind": "{{kind}}", "arms": [ { "name": "old", "ranker": "{{control}}" }, { "name": "new", "ranker": "{{treatment}}" } ]{{(more == "" ? "" : ", " + more)}} }
        """;

    public static async Task<OnlineServer> Start(string[] experiments, string settings = "", Source<IScoringModel>[]? models = null, ServerOptions? options = null, string? folder = null, TimeProvider? clock = null)
    {
        folder ??= Directory.CreateTempSubdirectory("attar-online-").FullName;
        string file = Path.Combine(folder, "experiments.json");
        await System.IO.File.WriteAllTextAsync(file, $$"""{ "salt": "{{Salt}}", {{settings}} "experiments": [ {{string.Join(", ", experiments)}} ] }""");
        ServerOptions with = (options ?? new ServerOptions(Model: "long")) with { Experiments = file, LogLevel = "none" };
        return new OnlineServer(await TestServer.Start(with, Shop.Of(Drills), clock, models ?? Rankers), folder);
    }

    /// <summary>A search that takes part, and its headers.</summary>
    public async Task<(JsonElement Answer, string[] Ids)> Search(string client, string experiment = "lamps", string more = "")
    {
        JsonElement answer = await Server.GetJson($"/search?q=drill&experiment={experiment}&client={client}{more}");
        return (answer, [.. answer.GetProperty("systems")[0].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("id").GetString()!)]);
    }

    public static string Click(string query, string product, string client = "ada", string action = "click", string? id = null) => $$$$"""
        {"action_name":"{{{{action}}}}","query_id":"{{{{query}}}}","client_id":"{{{{client}}}}","timestamp":"2026-11-30T12:00:00Z",{{{{(id is null ? "" : $"\"event_id\":\"{id}\",")}}}}"event_attributes":{"object":{"object_id":"{{{{product}}}}"},"position":{"ordinal":1}}}
        """;

    /// <summary>Waits until so many queries are kept: nobody waits for them as they are shown.</summary>
    public async Task<IReadOnlyList<Attar.Online.Events.ShownQuery>> Kept(int count, string experiment = "lamps")
    {
        await TestServer.Until(async () => (await Store.QueriesOf(experiment)).Count >= count);
        return await Store.QueriesOf(experiment);
    }

    /// <summary>Ends the server and leaves the folder.</summary>
    public async Task<string> Leave()
    {
        await Server.DisposeAsync();
        return folder;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
