using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>Tests that measure memory or time of the whole process, and so run beside no other.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <summary>Whatever a request of the allowed size holds, it costs no more than its budget of bytes, tokens and time.</summary>
[Collection(nameof(Alone))]
public class RequestBudgetTests
{
    const int Longest = 1_900_000;
    const long Memory = 64 << 20;

    static readonly string text = new('x', Longest);

    static async Task<(JsonElement Answer, TimeSpan Took, long Allocated)> Measure(TestServer server, string path, string body, int status = 200, params (string, string)[] headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        long before = GC.GetTotalAllocatedBytes(precise: true), begun = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await server.Post(path, bytes, headers: headers);
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        JsonElement answer = TestServer.Json(await response.Content.ReadAsStringAsync());
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode}: {answer}");
        return (answer, took, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    [Fact]
    public async Task A_field_to_rank_by_that_is_named_a_hundred_times_is_read_once()
    {
        List<int> read = [];
        await using TestServer server = await TestServer.Start(new ServerOptions(), null, TestServer.Model("student", TestServer.ByLength, budget: 96, reads: read.Add));
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        read.Clear();
        string names = string.Join(',', Enumerable.Repeat("\"text\"", 100));
        (_, TimeSpan took, long allocated) = await Measure(server, "/v2/rerank", $$"""{"query":"q","rank_fields":[{{names}}],"documents":[{"text":"{{text}}"}]}""", headers: ("x-deadline-ms", "100"));
        Assert.InRange(allocated, 0, Memory);
        Assert.True(took < TimeSpan.FromSeconds(2), $"took {took}");
        Assert.InRange(read.Sum(), 1, 5000); // of a line, not of two million
    }

    [Theory]
    [InlineData("/rerank", "{\"query\":\"$\",\"texts\":[\"a\"]}")]
    [InlineData("/rerank", "{\"query\":\"q\",\"texts\":[\"$\",\"a\"]}")]
    [InlineData("/v1/rerank", "{\"query\":\"q\",\"documents\":[{\"title\":\"a\",\"description\":\"$\"}]}")]
    [InlineData("/score", "{\"text_1\":\"$\",\"text_2\":[\"a\",\"b\",\"c\"]}")]
    [InlineData("/predict", "{\"inputs\":[[\"q\",\"$\"]]}")]
    public async Task Of_a_long_text_only_what_a_pair_has_room_for_is_tokenised(string path, string body)
    {
        int read = 0;
        await using TestServer server = await TestServer.Start(new ServerOptions(), null, TestServer.Model("student", TestServer.ByLength, budget: 96, reads: count => Interlocked.Add(ref read, count)));
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        read = 0;
        (_, _, long allocated) = await Measure(server, path, body.Replace("$", text));
        Assert.InRange(read, 1, 5000);
        Assert.InRange(allocated, 0, Memory);
    }

    [Fact]
    public async Task Tokenising_ends_at_the_deadline_and_what_it_did_not_reach_is_unscored()
    {
        await using TestServer server = await TestServer.Start(
            new ServerOptions(TokenCache: 0), null, TestServer.Model("student", TestServer.ByLength, budget: 96, reads: count => Thread.Sleep(count == 5 ? 10 : 0)));
        string documents = string.Join(',', Enumerable.Range(10_000, 500).Select(i => $"\"{i}\"")); // five characters, ten milliseconds
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        (JsonElement answer, TimeSpan took, _) = await Measure(server, "/rerank", $$"""{"query":"q","texts":[{{documents}}]}""", headers: ("x-deadline-ms", "300"));
        Assert.Equal(500, answer.GetArrayLength());
        Assert.InRange(took.TotalMilliseconds, 0, 2000); // five seconds without
        Assert.Contains(answer.EnumerateArray(), rank => rank.TryGetProperty("scored", out _));
    }

    [Fact]
    public async Task Documents_behind_a_requests_tokens_are_not_scored()
    {
        await using TestServer server = await TestServer.Start(options: new ServerOptions(MaxTokens: 30)); // [CLS] q [SEP] abcd [SEP]: 8 a pair
        using HttpResponseMessage response = await server.Post("/rerank", """{"query":"q","texts":["abcd","abce","abcf","abcg","abch","abci"]}""");
        Assert.Equal("4/6", response.Headers.GetValues("x-scored").Single()); // the pair that crosses the bound is the last
    }

    [Fact]
    public async Task Tokenize_answers_no_more_than_some_thousand_words()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostText("/tokenize", """{"inputs":"warm"}""");
        (JsonElement error, _, long allocated) = await Measure(server, "/tokenize", $$"""{"inputs":"{{text}}"}""", status: 413);
        Assert.Equal("inputs: 1900000 characters are too many; at most 100000 a request", error.GetProperty("error").GetString());
        Assert.InRange(allocated, 0, Memory);
    }

    [Fact]
    public async Task A_list_of_two_million_bytes_of_numbers_is_passed_over_within_the_budget()
    {
        await using TestServer server = await TestServer.Start();
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        string many = string.Join(',', Enumerable.Repeat("0", Longest / 2));
        (_, TimeSpan took, long allocated) = await Measure(server, "/rerank", $$"""{"query":"q","texts":["a"],"other":[{{many}}]}""");
        Assert.InRange(allocated, 0, Memory);
        Assert.True(took < TimeSpan.FromSeconds(2), $"took {took}");
    }
}
