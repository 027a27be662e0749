using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public class DeadlineTests
{
    const int Documents = 400;

    static readonly string Texts = string.Join(',', Enumerable.Range(0, Documents).Select(i => $"\"{i:D4}\""));

    /// <summary>Half a millisecond a document: all of them take far longer than the deadline, some are done by then.</summary>
    static float[] Slowly(string query, IReadOnlyList<string> documents)
    {
        Thread.Sleep(TimeSpan.FromMilliseconds(.5 * documents.Count));
        return [.. documents.Select(document => float.Parse(document) + 1)];
    }

    [Fact]
    public async Task When_time_is_short_the_first_documents_are_scored_and_the_rest_follows_marked()
    {
        await using TestServer server = await TestServer.Start(Slowly, new ServerOptions(ScoreCache: 0));
        await server.PostText("/rerank", $$"""{"query":"pace","texts":[{{Texts}}]}"""); // the pace is known from here on
        using HttpResponseMessage response = await server.Post("/rerank", $$"""{"query":"q","texts":[{{Texts}}],"raw_scores":true}""", ("x-deadline-ms", "100"));
        JsonElement[] ranks = [.. TestServer.Json(await response.Content.ReadAsStringAsync()).EnumerateArray()];
        int scored = ranks.Count(rank => !rank.TryGetProperty("scored", out _));
        Assert.Equal(Documents, ranks.Length);
        Assert.InRange(scored, 1, Documents - 1);
        Assert.Equal($"{scored}/{Documents}", response.Headers.GetValues("x-scored").Single());
        // The first documents, best first; then the others in the order given, with a score below all of them.
        Assert.Equal([.. Enumerable.Range(0, scored).Reverse(), .. Enumerable.Range(scored, Documents - scored)], ranks.Select(rank => rank.GetProperty("index").GetInt32()));
        Assert.All(ranks[scored..], rank => Assert.Equal("""0.0,"scored":false}""", rank.GetRawText().Split("\"score\":")[1]));
    }

    [Fact]
    public async Task Each_interface_marks_what_was_not_scored()
    {
        await using TestServer server = await TestServer.Start(Slowly, new ServerOptions(ScoreCache: 0, DeadlineMs: 60));
        JsonElement cohere = await server.PostJson("/v2/rerank", $$"""{"query":"q","documents":[{{Texts}}]}""");
        Assert.EndsWith($"of {Documents} documents were not scored within the request's time and tokens; they follow in the order given", cohere.GetProperty("meta").GetProperty("warnings")[0].GetString());
        Assert.Equal("""{"index":399,"relevance_score":0.0,"scored":false}""", cohere.GetProperty("results")[Documents - 1].GetRawText());
        JsonElement score = await server.PostJson("/score", $$"""{"text_1":"q","text_2":[{{Texts}}]}""");
        Assert.Equal("""{"index":399,"object":"score","score":0.0,"scored":false}""", score.GetProperty("data")[Documents - 1].GetRawText());
        JsonElement classes = await server.PostJson("/classify", $$"""{"query":"q","input":[{{Texts}}]}""");
        Assert.Equal("""{"index":399,"label":null,"probs":[],"num_classes":1,"scored":false}""", classes.GetProperty("data")[Documents - 1].GetRawText());
        Assert.True(await server.Metric("""attar_documents{scored="false"}""") > 0);
    }

    [Fact]
    public async Task Partial_scores_are_remembered_so_that_asking_again_gets_further()
    {
        await using TestServer server = await TestServer.Start(Slowly);
        int before = 0;
        await TestServer.Until(async () =>
        {
            using HttpResponseMessage response = await server.Post("/rerank", $$"""{"query":"q","texts":[{{Texts}}]}""", ("x-deadline-ms", "100"));
            int scored = int.Parse(response.Headers.GetValues("x-scored").Single().Split('/')[0]);
            Assert.True(scored >= before);
            before = scored;
            return scored == Documents;
        });
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("NaN")]
    public async Task A_deadline_that_is_none_is_told(string deadline)
    {
        await using TestServer server = await TestServer.Start();
        JsonElement error = await server.PostJson("/v2/rerank", """{"query":"q","documents":["a"]}""", 400, ("x-deadline-ms", deadline));
        Assert.Equal("x-deadline-ms: expected milliseconds above 0, such as 150", error.GetProperty("message").GetString());
    }
}
