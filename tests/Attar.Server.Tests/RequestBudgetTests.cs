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
    internal const long Memory = 64 << 20;
    internal const double Milliseconds = 1200; // a deadline of a second, and a fifth

    static readonly string text = new('x', Longest);

    /// <summary>Asserts that the whole process, this caller included, took no more for a request than it may.</summary>
    static async Task<string> Measured(TestServer server, string path, string body, int? status = 200, params (string, string)[] headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        using HttpResponseMessage response = await server.Post(path, bytes, headers: headers);
        TimeSpan took = Environment.CpuUsage.TotalTime - begun; // time on a clock would tell what else the machine does
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{(int)response.StatusCode} {took.TotalMilliseconds:0} ms {allocated >> 20} MiB");
        string answer = await response.Content.ReadAsStringAsync();
        Assert.True(status is null ? (int)response.StatusCode < 500 : (int)response.StatusCode == status, $"{(int)response.StatusCode}: {answer}");
        Assert.InRange(allocated, 0, Memory);
        Assert.InRange(took.TotalMilliseconds, 0, Milliseconds);
        return answer;
    }

    [Fact]
    public async Task A_field_to_rank_by_that_is_named_a_hundred_times_is_read_once()
    {
        List<int> read = [];
        await using TestServer server = await TestServer.Start(new ServerOptions(), null, TestServer.Model("student", TestServer.ByLength, budget: 96, reads: read.Add));
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        read.Clear();
        string names = string.Join(',', Enumerable.Repeat("\"text\"", 100));
        await Measured(server, "/v2/rerank", $$"""{"query":"q","rank_fields":[{{names}}],"documents":[{"text":"{{text}}"}]}""", headers: ("x-deadline-ms", "100"));
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
        await Measured(server, path, body.Replace("$", text));
        Assert.InRange(read, 1, 5000);
    }

    [Fact]
    public async Task Tokenising_ends_at_the_deadline_and_what_it_did_not_reach_is_unscored()
    {
        await using TestServer server = await TestServer.Start(
            new ServerOptions(TokenCache: 0), null, TestServer.Model("student", TestServer.ByLength, budget: 96, reads: count => Thread.Sleep(count == 5 ? 10 : 0)));
        string documents = string.Join(',', Enumerable.Range(10_000, 500).Select(i => $"\"{i}\"")); // five characters, ten milliseconds
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        long begun = Stopwatch.GetTimestamp();
        JsonElement answer = await server.PostJson("/rerank", $$"""{"query":"q","texts":[{{documents}}]}""", headers: ("x-deadline-ms", "300"));
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        Assert.Equal(500, answer.GetArrayLength());
        Assert.InRange(took.TotalMilliseconds, 0, 4000); // more than five seconds without
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
        string error = await Measured(server, "/tokenize", $$"""{"inputs":"{{text}}"}""", status: 413);
        Assert.Contains("inputs: 1900000 characters are too many; at most 100000 a request", error);
    }

    /// <summary>Two million bytes each, of what costs most to read.</summary>
    public static TheoryData<string, string> Costly
    {
        get
        {
            static string Many(int count, Func<int, string> item) => string.Join(',', Enumerable.Range(0, count).Select(item));
            string fields = Many(100, i => $"\"field{i}\"");
            return new TheoryData<string, string>
            {
                { "/rerank", $$"""{"query":"q","texts":["a"],"other":[{{Many(Longest / 2, _ => "0")}}]}""" },
                { "/rerank", $$"""{"query":"q","texts":["a"],{{Many(Longest / 10, i => $"\"{i:x}\":1")}}}""" },
                { "/v1/rerank", $$"""{"query":"q","rank_fields":[{{fields}}],"documents":["a",{{{Many(Longest / 10, i => $"\"{i:x}\":1")}}}]}""" },
                { "/v1/rerank", $$"""{"query":"q","rank_fields":[{{fields}}],"documents":["a",{{Many(900, _ => $"{{{Many(200, i => $"\"k{i}\":1")}}}")}}]}""" },
                { "/v1/rerank", $$"""{"query":"q","documents":[{{Many(900, _ => $"{{{Many(100, i => $"\"\\u0074{i}\":1")},\"text\":\"a\"}}")}}]}""" },
                { "/v1/rerank", $$"""{"query":"q","documents":["a"],"x":{{new string('[', Longest / 2)}}{{new string(']', Longest / 2)}}}""" },
                { "/v1/rerank", $$"""{"query":"q","documents":["a"],"x":[{{Many(Longest / 29, _ => new string('[', 14) + new string(']', 14))}}]}""" },
                { "/v1/rerank", $$"""{"query":"q","documents":[{{Many(1000, _ => "{\"id\":\"long\"}")}}],"return_documents":true}""" },
                { "/v2/rerank", $$"""{"query":"q","documents":[{"title":"a","attributes":[{{Many(Longest / 24, i => "{\"name\":1,\"value\":2}")}}]}]}""" },
                { "/score", $$"""{"text_1":[{{Many(1000, _ => $"\"{new string('q', 940)}\"")}}],"text_2":[{{Many(1000, _ => $"\"{new string('d', 940)}\"")}}]}""" },
                { "/v1/reranking", $$"""{"query":"q","return_input":true,"input":[{{Many(1000, _ => $"{{\"title\":\"{new string('d', 900)}\",\"metadata\":[[{Many(400, _ => "1")}]]}}")}}]}""" },
                { "/tokenize", $$"""{"inputs":[{{Many(1000, _ => $"\"{new string('d', 100)}\"")}}]}""" },
            };
        }
    }

    [Fact]
    public async Task A_request_of_a_million_values_is_refused_and_one_of_a_thousand_rich_documents_is_not()
    {
        await using TestServer server = await TestServer.Start();
        string values = string.Join(',', Enumerable.Repeat("0", 800_000)), rich = string.Join(',', Enumerable.Repeat($"{{\"text\":\"a\",{string.Join(',', Enumerable.Range(0, 150).Select(i => $"\"{i}\":1"))}}}", 1000));
        JsonElement refused = await server.PostJson("/rerank", $$"""{"query":"q","texts":["a"],"other":[{{values}}]}""", 413);
        Assert.Contains("more than 600000 names, values and brackets", refused.GetProperty("error").GetString());
        Assert.Equal(1000, (await server.PostJson("/v1/rerank", $$"""{"query":"q","documents":[{{rich}}]}""")).GetProperty("results").GetArrayLength());
    }

    [Theory]
    [MemberData(nameof(Costly), DisableDiscoveryEnumeration = true)]
    public async Task Whatever_two_million_bytes_hold_they_cost_no_more_than_a_request_may(string path, string body)
    {
        Assert.InRange(body.Length, 0, 2_000_000);
        await using TestServer server = await TestServer.Start(
            new ServerOptions(), Shop.Of(new Attar.Data.Product("long", "lamp", Description: new string('x', 20_000))), TestServer.Model("student", TestServer.ByLength, budget: 96));
        await server.PostText("/rerank", """{"query":"q","texts":["warm"]}""");
        using HttpResponseMessage warm = await server.Post(path, body, ("x-deadline-ms", "1000")); // what is compiled once is no request's cost
        await Measured(server, path, body, status: null, ("x-deadline-ms", "1000"));
    }
}
