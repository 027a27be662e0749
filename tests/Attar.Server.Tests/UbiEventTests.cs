using System.Net;
using System.Text.Json;
using Attar.Online.Events;
using Attar.Server.Security;
using Attar.Server.Settings;
using Microsoft.Data.Sqlite;
using static Attar.Server.Tests.OnlineServer;

namespace Attar.Server.Tests;

public sealed class UbiEventTests
{
    [Fact]
    public async Task An_event_is_kept_once_and_without_its_client_s_name()
    {
        await using OnlineServer server = await Start([Experiment()]);
        await server.Search("device-4711", more: "&query_id=q1");
        await server.Kept(1);
        Assert.Equal("""{"accepted":1,"duplicates":0}""", await server.Server.PostText("/ubi/events", Click("q1", "p3", "device-4711")));
        Assert.Equal("""{"accepted":0,"duplicates":1}""", await server.Server.PostText("/ubi/events", Click("q1", "p3", "device-4711")));
        ShopperEvent kept = Assert.Single(await server.Store.EventsOf("lamps"));
        Assert.Equal(("click", "q1", "p3", 1, new ClientHash(Salt).Of("device-4711")), (kept.Action, kept.Query, kept.Object, kept.Ordinal, kept.Client));
        string folder = await server.Leave();
        foreach (string file in Directory.GetFiles(folder, "online.db*")) Assert.DoesNotContain("device-4711", System.Text.Encoding.Latin1.GetString(await System.IO.File.ReadAllBytesAsync(file)));
    }

    [Fact]
    public async Task A_list_is_kept_whole_and_what_is_unknown_is_counted_by_reason()
    {
        await using OnlineServer server = await Start([Experiment()]);
        await server.Server.PostText("/ubi/queries", """{"user_query":"drill","query_id":"q1","query_response_hit_ids":["p1"]}""");
        Assert.Equal("""{"accepted":2,"duplicates":1,"unknown":{"unknown_query":1}}""",
            await server.Server.PostText("/ubi/events", $"[{Click("q1", "p1", id: "a")},{Click("nowhere", "p1", id: "b")},{Click("q1", "p1", id: "a")}]", 202));
        Assert.Equal((1, 2), await server.Store.Count());
        Assert.Equal(1, await server.Server.Metric("""attar_events{outcome="unknown_query"}"""));
        Assert.Equal(1, await server.Server.Metric("""attar_events{outcome="duplicate"}"""));
    }

    [Fact]
    public async Task By_setting_what_is_unknown_is_refused_and_nothing_kept()
    {
        await using OnlineServer server = await Start([Experiment()], settings: "\"unknownEvents\": \"refuse\",");
        await server.Server.PostText("/ubi/queries", """{"user_query":"drill","query_id":"q1"}""");
        JsonElement problem = await server.Server.PostJson("/ubi/events", $"[{Click("q1", "p1", id: "a")},{Click("nowhere", "p1", id: "b")}]", 400);
        Assert.Equal("unknown_query: 1; nothing was kept", problem.GetProperty("detail").GetString());
        await server.Server.PostJson("/ubi/queries", """{"user_query":"drill","query_attributes":{"experiment":"chairs"}}""", 400);
        Assert.Equal((1, 0), await server.Store.Count());
        await server.Server.PostText("/ubi/events", Click("q1", "p1", id: "a"));
    }

    [Fact]
    public async Task Queries_answered_elsewhere_can_take_part()
    {
        await using OnlineServer server = await Start([Experiment(), Experiment("mixed", "interleave")]);
        string Query(string id, string experiment, string arm) => $$$"""{"user_query":"drill","client_id":"ada","query_id":"{{{id}}}","query_response_hit_ids":["p1","p2"],"query_attributes":{"experiment":"{{{experiment}}}","arm":"{{{arm}}}"}}""";
        await server.Server.PostText("/ubi/queries", Query("q1", "lamps", "new"));
        Assert.Equal("""{"accepted":3,"duplicates":0,"unknown":{"unknown_experiment":1,"unknown_arm":2}}""",
            await server.Server.PostText("/ubi/queries", $"[{Query("q2", "chairs", "new")},{Query("q3", "lamps", "newest")},{Query("q4", "mixed", "new")}]".Replace("{0}", ""), 202));
        Assert.Equal("q1", Assert.Single(await server.Store.QueriesOf("lamps")).Id);
        Assert.Equal(4, (await server.Store.Count()).Queries);
    }

    [Theory]
    [InlineData("[]", "a list of 0; expected 1 to 1000 at a time")]
    [InlineData("""[{"action_name":"click","timestamp":"2026-11-30T12:00:00Z"},{"action_name":"click"}]""", "[1].timestamp: missing")]
    [InlineData("3", "action_name: missing; timestamp: missing")]
    public async Task Bad_events_are_refused_with_what_is_wrong(string body, string detail)
    {
        await using OnlineServer server = await Start([]);
        Assert.Equal(detail, (await server.Server.PostJson("/ubi/events", body, 400)).GetProperty("detail").GetString());
        Assert.Equal((0, 0), await server.Store.Count());
    }

    [Fact]
    public async Task While_the_store_is_away_searches_go_on_and_events_are_refused()
    {
        await using OnlineServer server = await Start([Experiment()]);
        await Sql(server, "alter table event rename to gone");
        using HttpResponseMessage refused = await server.Server.Post("/ubi/events", Click("q1", "p1"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, 5), (refused.StatusCode, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Contains("away", (await refused.Content.ReadAsStringAsync()));
        Assert.Equal(6, (await server.Search("ada")).Ids.Length);
        await Sql(server, "alter table gone rename to event");
        await server.Server.PostText("/ubi/events", Click("q1", "p1"), 202);
        Assert.Equal(1, (await server.Store.Count()).Events);
    }

    [Fact]
    public async Task A_store_that_is_away_at_the_start_is_found_when_it_comes()
    {
        string folder = Directory.CreateTempSubdirectory("attar-online-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "online.db")); // a folder where the file should be
        await using OnlineServer server = await Start([Experiment()], folder: folder);
        Assert.Equal(["p5", "p4", "p3", "p2", "p1", "p0"], (await server.Search("client1")).Ids);
        await server.Server.PostText("/ubi/events", Click("q1", "p1"), 503);
        Assert.Contains("The store of events is away", await server.Client.GetStringAsync("/experiments"));
        Directory.Delete(Path.Combine(folder, "online.db"));
        Assert.True(await server.Lab.Connect());
        await server.Server.PostText("/ubi/events", Click("q1", "p1"), 202);
    }

    [Fact]
    public async Task A_key_of_events_sends_events_and_does_nothing_else()
    {
        string keys = Path.GetTempFileName(), browser = ApiKey.Generate(), shop = ApiKey.Generate();
        await System.IO.File.WriteAllLinesAsync(keys, [new ApiKey("browser", ApiKey.HashOf(browser), Events: true).ToLine(), new ApiKey("shop", ApiKey.HashOf(shop)).ToLine()]);
        Assert.True(ApiKey.ReadFile(keys)[0].Events);
        await using OnlineServer server = await Start([Experiment()], options: new ServerOptions(Model: "long", Keys: keys));
        await server.Server.PostText("/ubi/events", Click("q1", "p1"), 202, ("x-api-key", browser));
        await server.Server.PostText("/v1/rerank", """{"query":"q","documents":["a"]}""", 403, ("x-api-key", browser));
        await server.Server.PostText("/v1/rerank", """{"query":"q","documents":["a"]}""", 200, ("x-api-key", shop));
        await server.Server.PostText("/ubi/events", Click("q1", "p1"), 401);

        using HttpResponseMessage asked = await server.Client.GetAsync("/experiments");
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic"), (asked.StatusCode, asked.Headers.WwwAuthenticate.Single().Scheme));
        foreach ((string key, HttpStatusCode status) in ((string, HttpStatusCode)[])[(shop, HttpStatusCode.OK), (browser, HttpStatusCode.Forbidden), ("wrong", HttpStatusCode.Unauthorized)])
        {
            using HttpRequestMessage signed = new(HttpMethod.Get, "/experiments");
            signed.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("anybody:" + key)));
            using HttpResponseMessage answer = await server.Client.SendAsync(signed);
            Assert.Equal(status, answer.StatusCode);
        }
        System.IO.File.Delete(keys);
    }

    static async Task Sql(OnlineServer server, string text)
    {
        await using SqliteConnection connection = new($"Data Source={server.Database};Pooling=false");
        await connection.OpenAsync();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
