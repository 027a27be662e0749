using System.Net;
using System.Text.Json;
using Attar.Online.Allocation;
using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Storage;
using Attar.Server.Online;
using static Attar.Server.Tests.OnlineServer;

namespace Attar.Server.Tests;

public sealed class ExperimentTests
{
    static readonly string[] longest = ["p5", "p4", "p3", "p2", "p1", "p0"], shortest = ["p0", "p1", "p2", "p3", "p4", "p5"];

    /// <summary>Clients whose arm is the control's, and such whose arm is the other.</summary>
    static (string[] Old, string[] New) Clients(int count, string experiment = "lamps")
    {
        ILookup<int, string> arms = Enumerable.Range(0, 8 * count).Select(i => $"client{i}").ToLookup(client => Assignment.Arm(experiment, new ClientHash(Salt).Of(client), [1, 1]));
        return ([.. arms[0].Take(count)], [.. arms[1].Take(count)]);
    }

    [Fact]
    public async Task A_client_always_gets_its_arm_and_what_it_saw_is_kept()
    {
        await using OnlineServer server = await Start([Experiment()]);
        (string[] old, string[] other) = Clients(2);
        foreach ((string client, string arm, string[] order) in ((string, string, string[])[])[(old[0], "old", longest), (other[0], "new", shortest), (old[0], "old", longest)])
        {
            (JsonElement answer, string[] ids) = await server.Search(client);
            Assert.Equal(order, ids);
            JsonElement experiment = answer.GetProperty("experiment");
            Assert.Equal(("lamps", arm), (experiment.GetProperty("name").GetString(), experiment.GetProperty("arm").GetString()));
            Assert.False(experiment.TryGetProperty("teams", out _));
        }
        IReadOnlyList<ShownQuery> kept = await server.Kept(3);
        Assert.Equal(["new", "old", "old"], kept.Select(query => query.Arm!).Order());
        Assert.Equal(shortest, kept.Single(query => query.Arm == "new").Hits);
        Assert.Equal(2, kept.Select(query => query.Client).Distinct().Count());
        Assert.All(kept, query => Assert.True(query.Text == "drill" && query.Ms > 0 && query.Client!.Length == 32));
        Assert.Equal(2, await server.Server.Metric("""attar_experiment_requests{experiment="lamps",arm="old"}"""));
    }

    [Fact]
    public async Task An_interleaved_list_tells_whom_each_place_is_owed_to_and_can_be_drawn_again()
    {
        await using OnlineServer server = await Start([Experiment(kind: "interleave")]);
        (JsonElement answer, string[] ids) = await server.Search("ada", more: "&query_id=q-1&size=4");
        string teams = answer.GetProperty("experiment").GetProperty("teams").GetString()!;
        Assert.Equal(4, teams.Length);
        Assert.Equal(2, teams.Count(team => team == 'A'));
        ShownQuery kept = Assert.Single(await server.Kept(1));
        Assert.Equal(("q-1", teams, null), (kept.Id, kept.Teams, kept.Arm));
        Assert.Equal(ids, kept.Hits);
        Interleaved again = TeamDraft.Draw([5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4, 5], (ulong)kept.Seed!.Value);
        Assert.Equal(ids, again.Order.Take(4).Select(item => $"p{item}"));
        Assert.Equal(teams, again.Teams[..4]);
        double[] scores = [.. answer.GetProperty("systems")[0].GetProperty("results").EnumerateArray().Select(result => result.GetProperty("score").GetDouble())];
        Assert.Equal(scores.OrderDescending(), scores); // whoever sorts by score keeps the list
        HashSet<string> seeds = [.. Enumerable.Range(0, 20).Select(i => TeamDraft.Draw([1, 0], [0, 1], (ulong)(Assignment.Place("lamps/seed", $"q{i}") * (1UL << 53))).Teams)];
        Assert.Equal(2, seeds.Count); // each request has its own coin
    }

    [Theory]
    [InlineData("/v2/rerank", """{"query":"q","documents":[{"id":"x","text":"a"},{"id":"y","text":"bbb"},{"id":"z","text":"cc"}]}""", "results", "index")]
    [InlineData("/v1/rerank", """{"query":"q","documents":[{"id":"x","text":"a"},{"id":"y","text":"bbb"},{"id":"z","text":"cc"}]}""", "results", "index")]
    [InlineData("/rerank", """{"query":"q","documents":[{"id":"x","text":"a"},{"id":"y","text":"bbb"},{"id":"z","text":"cc"}]}""", "results", "index")]
    [InlineData("/v1/reranking", """{"query":"q","input":[{"id":"x","text":"a"},{"id":"y","text":"bbb"},{"id":"z","text":"cc"}]}""", "data", "index")]
    [InlineData("/v1/ranking", """{"query":{"text":"q"},"passages":[{"id":"x","text":"a"},{"id":"y","text":"bbb"},{"id":"z","text":"cc"}]}""", "rankings", "index")]
    [InlineData("/rerank", """{"query":"q","texts":["a","bbb","cc"]}""", "", "index")]
    public async Task Every_rerank_interface_takes_part(string path, string body, string list, string index)
    {
        await using OnlineServer server = await Start([Experiment()]);
        (string[] old, string[] other) = Clients(1);
        int[] ofOld = await Order(old[0], "old"), ofNew = await Order(other[0], "new");
        Assert.Equal([1, 2, 0], ofOld);
        Assert.Equal([0, 2, 1], ofNew);
        string[][] hits = [.. (await server.Kept(2)).OrderBy(query => query.Arm).Select(query => query.Hits.ToArray())];
        Assert.Equal(path == "/rerank" && list == "" ? ["0", "2", "1"] : ["x", "z", "y"], hits[0]);

        async Task<int[]> Order(string client, string arm)
        {
            using HttpResponseMessage response = await server.Server.Post(path, body, ("x-experiment", "lamps"), ("x-client-id", client));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(["lamps", arm], response.Headers.GetValues("x-experiment").Concat(response.Headers.GetValues("x-arm")));
            Assert.Equal(32, Assert.Single(response.Headers.GetValues("x-query-id")).Length);
            JsonElement answer = TestServer.Json(await response.Content.ReadAsStringAsync());
            return [.. (list == "" ? answer : answer.GetProperty(list)).EnumerateArray().Select(rank => rank.GetProperty(index).GetInt32())];
        }
    }

    [Fact]
    public async Task Interleaving_tells_its_teams_in_a_header_and_top_n_is_what_was_shown()
    {
        await using OnlineServer server = await Start([Experiment(kind: "interleave")]);
        using HttpResponseMessage response = await server.Server.Post("/v1/rerank", """{"query":"q","top_n":2,"documents":["a","bbb","cc"]}""", ("x-experiment", "lamps"), ("x-client-id", "ada"), ("x-query-id", "mine"));
        Assert.Equal(["mine"], response.Headers.GetValues("x-query-id"));
        Assert.Matches("^(AB|BA).$", Assert.Single(response.Headers.GetValues("x-teams")));
        Assert.Equal(2, Assert.Single(await server.Kept(1)).Hits.Count);
        JsonElement[] results = [.. TestServer.Json(await response.Content.ReadAsStringAsync()).GetProperty("results").EnumerateArray()];
        Assert.True(results[0].GetProperty("relevance_score").GetDouble() > results[1].GetProperty("relevance_score").GetDouble());
    }

    [Fact]
    public async Task The_first_stage_can_be_an_arm()
    {
        await using OnlineServer server = await Start([Experiment(treatment: "bm25")]);
        Assert.Equal(shortest, (await server.Search(Clients(1).New[0])).Ids);
    }

    [Fact]
    public async Task Who_does_not_take_part_gets_the_control_and_is_not_kept()
    {
        await using OnlineServer server = await Start([Experiment(more: "\"traffic\": 0"), Experiment("later", more: "\"start\": \"2999-01-01T00:00:00Z\""), Experiment("past", more: "\"stop\": \"2020-01-01T00:00:00Z\""), Experiment("open")]);
        foreach (string experiment in (string[])["lamps", "later", "past"])
            foreach (string client in Clients(2, experiment).New)
            {
                (JsonElement answer, string[] ids) = await server.Search(client, experiment);
                Assert.Equal(longest, ids);
                Assert.False(answer.TryGetProperty("experiment", out _));
            }
        await server.Search("ada", "open");
        await server.Kept(1, "open");
        Assert.Equal(1, (await server.Store.Count()).Queries);
    }

    [Fact]
    public async Task Traffic_and_stop_are_followed()
    {
        await using OnlineServer server = await Start([Experiment()]);
        string client = Clients(1).New[0];
        Assert.Equal(shortest, (await server.Search(client)).Ids);
        await server.Store.SetTraffic("lamps", 0);
        await server.Lab.Refresh();
        Assert.Equal(longest, (await server.Search(client)).Ids);
        await server.Store.SetTraffic("lamps", null);
        await server.Store.SetStopped("lamps", DateTimeOffset.UtcNow.AddMinutes(-1));
        await server.Lab.Refresh();
        Assert.Equal(longest, (await server.Search(client)).Ids);
        await server.Store.SetStopped("lamps", null);
        await server.Lab.Refresh();
        Assert.Equal(shortest, (await server.Search(client)).Ids);
    }

    [Fact]
    public async Task An_experiment_that_is_not_known_changes_nothing_and_is_counted()
    {
        await using OnlineServer server = await Start([Experiment()]);
        Assert.Equal(longest, (await server.Search("ada", "lamp")).Ids);
        Assert.Equal(1, await server.Server.Metric("attar_experiment_unknown"));
    }

    [Fact]
    public async Task A_client_must_be_named()
    {
        await using OnlineServer server = await Start([Experiment()]);
        JsonElement problem = await server.Server.GetJson("/search?q=drill&experiment=lamps", 400);
        Assert.StartsWith("x-client-id: an experiment needs an identifier", problem.GetProperty("detail").GetString());
        await server.Server.GetJson("/search?q=drill&experiment=lamps&client=" + new string('a', 101), 400);
        await server.Server.GetJson("/search?q=drill&experiment=lamps&client=a&query_id=" + new string('a', 101), 400);
    }

    [Fact]
    public async Task Without_a_file_nothing_of_it_is_there()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostJson("/ubi/events", "{}", 404);
        await server.PostJson("/ubi/queries", "{}", 404);
        Assert.Contains("No experiments here", await server.Client.GetStringAsync("/experiments"));
        using HttpResponseMessage response = await server.Post("/v1/rerank", """{"query":"q","documents":["a","bb"]}""", ("x-experiment", "lamps"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("x-query-id"));
    }

    [Fact]
    public async Task An_arm_whose_model_is_gone_leaves_everybody_to_the_control_and_the_page_says_so()
    {
        await using OnlineServer server = await Start([Experiment(treatment: "vanished")]);
        foreach (string client in Clients(3).New) Assert.Equal(longest, (await server.Search(client)).Ids);
        Assert.Equal(0, (await server.Store.Count()).Queries);
        Assert.Contains("paused: vanished is not served here, so old serves everybody", await server.Client.GetStringAsync("/experiments"));
    }

    [Fact]
    public async Task An_arm_that_fails_is_answered_for_by_the_control_and_halted()
    {
        var broken = TestServer.Model("short", (_, documents) => [.. documents.Select(_ => float.NaN)]);
        await using OnlineServer server = await Start([Experiment(more: "\"guard\": { \"least\": 25 }")], models: [Rankers[0], broken]);
        foreach (string client in Clients(25).New) Assert.Equal(longest, (await server.Search(client)).Ids);
        Assert.True(server.Lab.IsHalted(server.Lab.Experiments.Single(), server.Lab.Experiments.Single().Arms[1]));
        await server.Lab.Refresh();
        Halt halt = Assert.Single(Assert.Single(await server.Store.States()).Halts);
        Assert.Equal("new", halt.Arm);
        Assert.StartsWith("25 of its last 25 requests failed", halt.Reason);
        Assert.Contains("new is halted: 25 of its last 25 requests failed", await server.Client.GetStringAsync("/experiments"));
        Assert.Equal(0, (await server.Store.Count()).Queries); // what the control answered for is not the arm's
        Assert.Equal(1, await server.Server.Metric("""attar_experiment_halts{experiment="lamps",arm="new"}"""));

        await server.Store.SetStopped("lamps", null); // people let it run again
        await server.Lab.Refresh();
        Assert.False(server.Lab.IsHalted(server.Lab.Experiments.Single(), server.Lab.Experiments.Single().Arms[1]));
    }

    [Fact]
    public void A_slow_arm_an_empty_one_and_a_good_one()
    {
        ArmWatch slow = new(new GuardRails(LatencyMs: 50, Least: 100)), empty = new(new GuardRails(Empty: .1, Least: 100)), good = new(new GuardRails(LatencyMs: 50, Empty: .1, Least: 100));
        string? why = null, none = null, fine = null;
        for (int i = 0; i < 100; i++)
        {
            why ??= slow.Note(i % 10 == 0 ? 80 : 10, false, false);
            none ??= empty.Note(10, false, i % 5 == 0);
            fine ??= good.Note(i % 50 == 0 ? 80 : 10, false, i % 20 == 0);
        }
        Assert.Equal("its 95th percentile of 100 requests is 80 ms; the limit is 50 ms", why);
        Assert.Equal("20 of its last 100 answers were empty; the limit is 10%", none);
        Assert.Null(fine);
    }

    [Fact]
    public void An_arm_that_recovered_is_judged_by_its_last_thousand_requests()
    {
        ArmWatch watch = new(new GuardRails(Errors: .02, Least: 5000)); // looked at once it has seen so many
        for (int i = 0; i < 4000; i++) Assert.Null(watch.Note(1, i < 500, false));
    }

    [Fact]
    public async Task Arms_with_the_wrong_shares_of_clients_are_halted()
    {
        await using OnlineServer server = await Start([Experiment()]);
        ShownQuery[] lost = [.. Enumerable.Range(0, 3000).Select(i => new ShownQuery($"q{i}", 1, $"c{i}", "drill", ["p1"], "lamps", i % 5 < 3 ? "old" : "new"))];
        await server.Store.Append(lost[..1000], []);
        await server.Lab.CheckRatios();
        Assert.True(server.Lab.IsHalted(server.Lab.Experiments.Single(), server.Lab.Experiments.Single().Arms[1])); // 600 to 400
        await server.Lab.Refresh();
        Assert.Contains("the arms have 600 and 400 clients", Assert.Single(Assert.Single(await server.Store.States()).Halts).Reason);
        string page = await server.Client.GetStringAsync("/experiments");
        Assert.Contains("Believe no other figure here", page);
    }

    [Fact]
    public async Task A_second_server_with_other_settings_is_refused_at_its_start()
    {
        string folder = await (await Start([Experiment()])).Leave();
        await using OnlineServer same = await Start([Experiment()], folder: folder);
        InputException refused = await Assert.ThrowsAsync<InputException>(() => Start([Experiment(more: "\"traffic\": 0.5")], folder: folder));
        Assert.Contains("with other settings (traffic)", refused.Message);
    }

    [Theory]
    [InlineData(60, 60, false)]
    [InlineData(60, 65, false)]
    [InlineData(60 * 24 * 365, 60, true)]
    [InlineData(-60, 60, true)]
    public void A_clock_that_jumps_is_not_believed(int byClock, int passed, bool jumped) => Assert.Equal(jumped, LabUpkeep.HasJumped(TimeSpan.FromMinutes(byClock), TimeSpan.FromMinutes(passed)));
}
