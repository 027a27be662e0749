using System.Text.Json;

namespace Attar.Server.Tests;

/// <summary>A query behind a chat front end is long: the product keeps its share of the pair, and what was cut is said.</summary>
public class LongTextTests
{
    const int Budget = 96; // tokens, here characters: 93 beside the special ones, 31 of them the product's

    static Task<TestServer> Start(TextScores? scores = null) => TestServer.Start(null, null, TestServer.Model("student", scores ?? TestServer.ByLength, budget: Budget));

    static async Task<(JsonElement Answer, string? Truncated)> Ask(TestServer server, string path, string query, params string[] documents)
    {
        string body = JsonSerializer.Serialize(new { query, documents, texts = path == "/rerank" ? documents : null, text_1 = query, text_2 = documents, input = documents });
        using HttpResponseMessage response = await server.Post(path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return (TestServer.Json(text), response.Headers.TryGetValues("x-truncated", out var values) ? values.Single() : null);
    }

    static string[] Warnings(JsonElement answer) =>
        answer.GetProperty("meta").TryGetProperty("warnings", out JsonElement warnings) ? [.. warnings.EnumerateArray().Select(warning => warning.GetString()!)] : [];

    [Theory]
    [InlineData("/v2/rerank")]
    [InlineData("/v1/rerank")]
    public async Task A_query_longer_than_the_window_leaves_documents_to_be_told_apart(string path)
    {
        await using TestServer server = await Start();
        for (int again = 0; again < 2; again++) // computed, then remembered
        {
            (JsonElement answer, string? truncated) = await Ask(server, path, new string('q', 300), "short", "somewhat longer", new string('x', 40));
            Assert.Equal([2, 1, 0], answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("index").GetInt32()));
            Assert.Equal("query, documents=1", truncated);
            Assert.Equal(["the query is too long and was cut", "1 of 3 documents are too long and were cut"], Warnings(answer));
        }
    }

    [Theory]
    [InlineData("/rerank")]
    [InlineData("/score")]
    [InlineData("/classify")]
    public async Task Every_interface_says_in_a_header_what_was_cut(string path)
    {
        await using TestServer server = await Start();
        Assert.Null((await Ask(server, path, "q", "a", "b")).Truncated);
        Assert.Equal("query", (await Ask(server, path, new string('q', 63), "a", "b")).Truncated);
        Assert.Equal("documents=2", (await Ask(server, path, "q", new string('a', 93), "b", new string('c', 500))).Truncated);
    }

    [Fact]
    public async Task One_score_for_all_is_said_to_be_no_order()
    {
        await using TestServer server = await Start((_, documents) => new float[documents.Count]);
        (JsonElement answer, _) = await Ask(server, "/v2/rerank", "q", "a", "b", "c");
        Assert.Equal(["all 3 documents have the same score; their order is the one given"], Warnings(answer));
        Assert.Empty(Warnings((await Ask(server, "/v2/rerank", "q", "a")).Answer));
    }
}
