using System.Text.Json;
using Attar.Data;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>Which words a score rests on.</summary>
public sealed class WhyTests
{
    /// <summary>A drill is worth 5, a cordless one 2 more where that was asked for, a case costs 1.</summary>
    static float[] Taste(string query, IReadOnlyList<string> documents) =>
        [.. documents.Select(text => (text.Contains("drill") ? 5f : 0) + (text.Contains("cordless") && query.Contains("cordless") ? 2 : 0) - (text.Contains("case") ? 1 : 0))];

    static Task<TestServer> Start(ServerOptions? options = null) => TestServer.Start(options, Shop.Of(new Product("p1", "cordless drill with case", "Nordvik", Description: string.Join(' ', Enumerable.Repeat("quiet", 100)))), [TestServer.Model("student", Taste), TestServer.Model("teacher", (_, documents) => [.. documents.SelectMany(_ => (float[])[0, 1])], gains: [0, 1])]);

    [Fact]
    public async Task A_word_weighs_what_the_score_loses_without_it()
    {
        await using TestServer server = await Start();
        JsonElement answer = await server.GetJson("/why?q=cordless+drill&id=p1&system=student");
        Assert.Equal(6, answer.GetProperty("score").GetDouble());
        Assert.Equal("cordless 2, drill 0", Of(answer.GetProperty("query")));
        JsonElement title = answer.GetProperty("product")[0];
        Assert.Equal("title", title.GetProperty("name").GetString());
        Assert.Equal("cordless 2, drill 5, with 0, case -1", Of(title.GetProperty("words")));
        Assert.Equal("brand", answer.GetProperty("product")[1].GetProperty("name").GetString());
        Assert.Equal(80 - 5, answer.GetProperty("product")[2].GetProperty("words").GetArrayLength()); // of the description: 80 words are tried in all
        Assert.Equal(25, answer.GetProperty("more").GetInt32());
        Assert.False((await server.GetJson("/why?q=drill&id=p1&system=student")).GetProperty("query")[0].TryGetProperty("weight", out _)); // nothing is left without it
        Assert.Equal(JsonValueKind.Number, (await server.GetJson("/why?q=drill&id=p1&system=teacher")).GetProperty("score").ValueKind);
    }

    static string Of(JsonElement words) => string.Join(", ", words.EnumerateArray().Select(word => $"{word.GetProperty("word").GetString()} {word.GetProperty("weight").GetDouble()}"));

    [Theory]
    [InlineData("/why?id=p1&system=student", "q: "), InlineData("/why?q=drill&id=none&system=student", "id: "), InlineData("/why?q=drill&system=student", "id: "), InlineData("/why?q=drill&id=p1&system=bm25", "system: expected one of student, teacher")]
    public async Task What_cannot_be_asked_is_refused(string path, string said)
    {
        await using TestServer server = await Start();
        Assert.StartsWith(said, (await server.GetJson(path, 400)).GetProperty("detail").GetString());
    }

    /// <summary>Made-up pairs would spoil both.</summary>
    [Fact]
    public async Task It_is_neither_remembered_nor_given_to_the_shadow()
    {
        await using TestServer server = await Start(new ServerOptions(Shadow: "teacher", ShadowShare: 1));
        await server.GetJson("/why?q=cordless+drill&id=p1&system=student");
        Assert.Equal(0, await server.Metric("attar_cache_misses") + await server.Metric("attar_cache_hits"));
        Assert.Contains("No request was scored by both yet", await server.Client.GetStringAsync("/model"));
    }
}
