using Attar.Evaluation.Drift;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public class DriftTests
{
    const string Gauge = "attar_score_drift{model=\"student\"}";

    /// <summary>Scores as documents say: 0 to 9, a tenth of them each.</summary>
    static readonly ScoreReference tenths = ScoreReference.Of("", Enumerable.Range(0, 1000).Select(i => i / 100f), default)!;

    static Source<IScoringModel> Model(Func<ScoreReference?> reference) =>
        new("student", () => new TextModel((_, documents) => [.. documents.Select(document => (float)char.GetNumericValue(document[0]))]) { Reference = reference() }, () => "");

    static Task<string> Rank(TestServer server, string query, IEnumerable<int> scores) =>
        server.PostText("/v2/rerank", $$"""{"query":"{{query}}","documents":[{{string.Join(',', scores.Select((score, i) => $"\"{score} {i}\""))}}]}""");

    [Fact]
    public async Task Scores_as_they_were_have_no_drift_and_others_have()
    {
        await using TestServer server = await TestServer.Start(new ServerOptions(DeadlineMs: 0), null, Model(() => tenths));
        await Rank(server, "few", Enumerable.Range(0, 999).Select(i => i % 10));
        Assert.DoesNotContain(Gauge, await server.Client.GetStringAsync("/metrics"));
        await Rank(server, "one more", [9]);
        Assert.InRange(await server.Metric(Gauge), 0, .001);
        Assert.Contains("# TYPE attar_score_drift gauge", await server.Client.GetStringAsync("/metrics"));
        await Rank(server, "all alike", Enumerable.Repeat(9, 1000));
        // .55 of the scores where .1 were, .05 in each other bin: .45 ln 5.5 + 9 · .05 ln 2
        Assert.Equal(.45 * Math.Log(5.5) + .45 * Math.Log(2), await server.Metric(Gauge), .01);
    }

    [Fact]
    public async Task A_model_without_a_reference_tells_nothing_and_does_not_keep_what_the_last_one_told()
    {
        ScoreReference? reference = tenths;
        await using TestServer server = await TestServer.Start(new ServerOptions(DeadlineMs: 0, WatchSeconds: 0, LogLevel: "none"), Shop.Of(new("p1", "1"), new("p2", "2")), Model(() => reference));
        await Rank(server, "q", Enumerable.Repeat(9, 1000));
        Assert.InRange(await server.Metric(Gauge), 1, 20);
        reference = null;
        await AttarServer.Reload(server.App);
        await Rank(server, "q", Enumerable.Repeat(9, 1000));
        Assert.DoesNotContain(Gauge, await server.Client.GetStringAsync("/metrics"));
    }

    [Fact]
    public void Old_scores_are_forgotten()
    {
        ScoreWatch watch = new(tenths);
        watch.Note([.. Enumerable.Repeat<float?>(9, 50_000)]);
        double then = watch.Drift!.Value;
        for (int i = 0; i < 40; i++) watch.Note([.. Enumerable.Range(0, 10_000).Select(n => (float?)(n % 10)), null]);
        Assert.InRange(watch.Drift!.Value, 0, .01);
        Assert.True(then > 1);
    }

    [Fact]
    public async Task Words_that_the_vocabulary_cannot_spell_are_counted()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostText("/v2/rerank", $$"""{"query":"ab{{TextModel.Unknown}}","documents":["a","b"]}""");
        await server.PostText("/v2/rerank", """{"query":"abcd","documents":["a"]}""");
        await server.PostText("/v2/rerank", """{"query":"abcd","documents":["a"]}"""); // remembered, and not read again
        Assert.Equal(1, await server.Metric("attar_query_tokens{model=\"student\",unknown=\"true\"}"));
        Assert.Equal(6, await server.Metric("attar_query_tokens{model=\"student\",unknown=\"false\"}"));
    }
}
