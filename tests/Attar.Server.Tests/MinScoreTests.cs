using System.Text.Json;
using Attar.Evaluation.CutOffs;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Server.Tests;

/// <summary>Documents below a score are left out, in every interface that ranks.</summary>
public class MinScoreTests
{
    static readonly CutOff TwoAndMore = new("", null, 2, .9, .95, .9, 1, null, .8, .5, 0, 2, "dev", 100, 1000, 500, default);

    static Source<IScoringModel> Model(string name, float[] scores, CutOff? cutOff = null) =>
        new(name, () => new TextModel((_, documents) => scores[..documents.Count]) { CutOff = cutOff }, () => "");

    static Task<TestServer> Start(float[] scores, CutOff? cutOff = null, ServerOptions? options = null) => TestServer.Start(options, null, Model("student", scores, cutOff));

    [Fact]
    public async Task Documents_below_are_left_out_and_counted()
    {
        await using TestServer server = await Start([0, 100, -1]);
        using HttpResponseMessage response = await server.Post("/v2/rerank", """{"query":"q","documents":["a","b","c"],"min_score":0.5}""");
        JsonElement answer = TestServer.Json(await response.Content.ReadAsStringAsync());
        Assert.Equal([1, 0], Indexes(answer.GetProperty("results"))); // a logit of 0 is .5: exactly enough
        Assert.Equal("1", response.Headers.GetValues("x-below-min-score").Single());
        Assert.Equal("1 of 3 documents are below min_score and left out", answer.GetProperty("meta").GetProperty("warnings")[0].GetString());
    }

    [Theory]
    [InlineData("/v2/rerank", """{"query":"q","documents":["a","b","c"],"min_score":0.8}""", "results")]
    [InlineData("/v1/rerank", """{"query":"q","documents":["a","b","c"],"min_score":0.8}""", "results")]
    [InlineData("/v1/rerank", """{"query":"q","documents":["a","b","c"],"min_score":2,"raw_scores":true}""", "results")]
    [InlineData("/rerank", """{"query":"q","documents":["a","b","c"],"min_score":"calibrated"}""", "results")]
    [InlineData("/v1/reranking", """{"query":"q","input":["a","b","c"],"min_score":0.8,"raw_scores":true}""", "data")]
    [InlineData("/v1/ranking", """{"query":{"text":"q"},"passages":[{"text":"a"},{"text":"b"},{"text":"c"}],"min_score":2}""", "rankings")]
    [InlineData("/rerank", """{"query":"q","texts":["a","b","c"],"min_score":2,"raw_scores":true}""", null)]
    [InlineData("/rerank", """{"query":"q","texts":["a","b","c"],"min_score":"calibrated"}""", null)]
    public async Task Every_interface_compares_on_the_scale_it_writes(string path, string body, string? list)
    {
        await using TestServer server = await Start([1, 3, 2], TwoAndMore);
        JsonElement answer = await server.PostJson(path, body);
        Assert.Equal([1, 2], Indexes(list is null ? answer : answer.GetProperty(list)));
    }

    [Fact]
    public async Task A_score_that_was_read_keeps_its_document()
    {
        await using TestServer server = await Start([.3f, 1.7f, -.4f]);
        JsonElement all = (await server.PostJson("/v2/rerank", """{"query":"q","documents":["a","b","c"]}""")).GetProperty("results");
        foreach ((int place, JsonElement rank) in all.EnumerateArray().Index())
        {
            string body = $$"""{"query":"q","documents":["a","b","c"],"min_score":{{rank.GetProperty("relevance_score").GetRawText()}}}""";
            Assert.Equal(place + 1, (await server.PostJson("/v2/rerank", body)).GetProperty("results").GetArrayLength());
        }
    }

    [Fact]
    public async Task Nothing_may_be_left()
    {
        await using TestServer server = await Start([-1, -2]);
        JsonElement answer = await server.PostJson("/v1/rerank", """{"query":"q","documents":["a","b"],"min_score":0.9,"top_n":1}""");
        Assert.Equal(0, answer.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task What_was_not_scored_is_left_out_too()
    {
        await using TestServer server = await Start([1, 3]);
        JsonElement answer = await server.PostJson("/v2/rerank", """{"query":"q","documents":["a",{"x":1},"b"],"min_score":0}""");
        Assert.Equal([2, 0], Indexes(answer.GetProperty("results")));
    }

    [Theory]
    [InlineData("1.5", "min_score: expected a number from 0 to 1, or \"calibrated\"")]
    [InlineData("\"NaN\"", "min_score: expected a number from 0 to 1, or \"calibrated\"")]
    [InlineData("1e999", "min_score: expected a number from 0 to 1, or \"calibrated\"")]
    [InlineData("true", "min_score: expected a number from 0 to 1, or \"calibrated\"")]
    [InlineData("1e999,\"raw_scores\":true", "min_score: expected a number, or \"calibrated\"")]
    [InlineData("\"calibrated\"", "min_score: the model student has no cut-off; attar calibrate makes one, or name a number")]
    public async Task What_cannot_be_is_refused(string value, string message)
    {
        await using TestServer server = await Start([1, 3]);
        JsonElement error = await server.PostJson("/v1/rerank", $$"""{"query":"q","documents":["a","b"],"min_score":{{value}}}""", 400);
        Assert.Contains(JsonSerializer.Serialize(message)[1..^1], error.GetRawText());
    }

    [Fact]
    public async Task The_servers_own_holds_where_a_request_names_none()
    {
        await using TestServer server = await TestServer.Start(new ServerOptions(MinScore: "calibrated"), null, Model("student", [1, 3, 2], TwoAndMore), Model("other", [1, 3, 2]));
        await Ranks("", 1, 2);
        await Ranks(",\"min_score\":null", 1, 2);
        await Ranks(",\"min_score\":0", 1, 2, 0);
        await Ranks(",\"model\":\"other\"", 1, 2, 0); // it has no cut-off, and nobody asked for it by name

        async Task Ranks(string more, params int[] expected) =>
            Assert.Equal(expected, Indexes((await server.PostJson("/v2/rerank", $$"""{"query":"q","documents":["a","b","c"]{{more}}}""")).GetProperty("results")));
    }

    [Fact]
    public async Task A_server_that_shall_cut_does_not_start_without_a_cut_off()
    {
        InputException error = await Assert.ThrowsAsync<InputException>(() => Start([1], options: new ServerOptions(MinScore: "calibrated")));
        Assert.Contains("the model student has no cut-off; attar calibrate student makes one", error.Message);
    }

    [Fact]
    public async Task A_new_model_without_a_cut_off_does_not_replace_one_that_has_it()
    {
        bool calibrated = true;
        Source<IScoringModel> model = new("student", () => new TextModel(TestServer.ByLength) { CutOff = calibrated ? TwoAndMore : null }, () => calibrated.ToString());
        await using TestServer server = await TestServer.Start(new ServerOptions(MinScore: "calibrated", WatchSeconds: 0, LogLevel: "none"), null, model);
        calibrated = false;
        await AttarServer.Reload(server.App);
        Assert.Equal(1, await server.Metric("attar_reloads{name=\"student\",outcome=\"refused\"}"));
        JsonElement answer = await server.PostJson("/v2/rerank", """{"query":"q","documents":["a","bbb"]}""");
        Assert.Equal([1], Indexes(answer.GetProperty("results")));
    }

    [Fact]
    public async Task A_search_shows_what_is_left_of_each_models_list()
    {
        await using TestServer server = await TestServer.Start(
            null, Shop.Of(new("p1", "red drill"), new("p2", "blue drill"), new("p3", "green drill")), Model("student", [1, 3, 2], TwoAndMore), Model("teacher", [9, 9, 9], TwoAndMore));
        JsonElement[] systems = [.. (await server.GetJson("/search?q=drill&min_score=calibrated")).GetProperty("systems").EnumerateArray()];
        Assert.Equal([3, 2, 3], systems.Select(system => system.GetProperty("results").GetArrayLength())); // the first stage is shown whole
        Assert.Equal(1, systems[1].GetProperty("below").GetInt32());
        Assert.False(systems[2].TryGetProperty("below", out _));
        Assert.Equal([1, 0, 1], systems[0].GetProperty("results")[0].GetProperty("ranks").EnumerateArray().Select(rank => rank.GetInt32()));
        await server.GetJson("/search?q=drill&min_score=-3.5");
        Assert.Equal("min_score: expected a number, or \"calibrated\"", (await server.GetJson("/search?q=drill&min_score=NaN", 400)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_arm_is_kept_as_it_was_shown_and_an_interleaved_list_is_not_cut()
    {
        await using OnlineServer server = await OnlineServer.Start([OnlineServer.Experiment(), OnlineServer.Experiment("mixed", "interleave")]);
        (JsonElement answer, string[] ids) = await server.Search("ada", more: "&min_score=0"); // «long» scores by the length, «short» by its negative
        bool isLong = answer.GetProperty("experiment").GetProperty("arm").GetString() == "old";
        Assert.Equal(isLong ? ["p5", "p4", "p3", "p2", "p1", "p0"] : [], ids);
        Assert.Equal(ids, (await server.Kept(1))[0].Hits);
        (_, string[] mixed) = await server.Search("ada", "mixed", "&min_score=0");
        Assert.Equal(6, mixed.Length);
    }

    [Fact]
    public void What_stays_is_what_scores_enough_in_the_order_of_all() => Prop.ForAll(
        Gen.Choose(-9, 9).SelectMany(_ => Gen.Choose(0, 4), (score, of) => of == 0 ? (float?)null : score / 2f).ListOf().Select(list => list.ToArray()).ToArbitrary(), Gen.Choose(-10, 10).Select(least => least / 2f).ToArbitrary(), (list, least) =>
        {
            Verdicts all = new("student", list, 0, default), cut = all with { Least = new Threshold(least, Raw: true) };
            int[] expected = [.. all.Order().Where(index => list[index] >= least)];
            return cut.Order().SequenceEqual(expected) && cut.Below == list.Length - expected.Length;
        }).QuickCheckThrowOnFailure();

    static int[] Indexes(JsonElement list) => [.. list.EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32())];
}
