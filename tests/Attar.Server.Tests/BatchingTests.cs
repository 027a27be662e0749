using System.Net;
using System.Text.Json;
using Attar.Models;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using FsCheck.Fluent;

namespace Attar.Server.Tests;

public class BatchingTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A model that holds its first pass until told to go on.</summary>
    sealed class Held : IDisposable
    {
        readonly ManualResetEventSlim go = new();
        int passes;

        public SemaphoreSlim Begun { get; } = new(0);

        public float[] Score(string query, IReadOnlyList<string> documents)
        {
            if (Interlocked.Increment(ref passes) == 1)
            {
                Begun.Release();
                go.Wait(Patience);
            }
            return query == "broken" ? throw new IOException("no") : TestServer.ByLength(query, documents);
        }

        public void Go() => go.Set();

        public void Dispose() => go.Set();
    }

    [Fact]
    public async Task Requests_that_come_while_others_are_computed_share_a_pass()
    {
        using Held held = new();
        await using TestServer server = await TestServer.Start(held.Score);
        Task<HttpResponseMessage> first = server.Post("/rerank", """{"query":"first","texts":["a"]}""");
        Assert.True(await held.Begun.WaitAsync(Patience));
        Task<JsonElement>[] others = [.. Enumerable.Range(0, 8).Select(i => server.PostJson("/rerank", $$"""{"query":"q{{i}}","texts":["a","b{{i}}","cc{{i}}"]}"""))];
        await TestServer.Until(async () => await server.Metric("te_queue_size") == 9);
        held.Go();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        foreach (JsonElement answer in await Task.WhenAll(others)) Assert.Equal([2, 1, 0], answer.EnumerateArray().Select(rank => rank.GetProperty("index").GetInt32()));
        Assert.Equal(2, await server.Metric("te_batch_inference_count"));
        Assert.Equal(25, await server.Metric("te_batch_next_size_sum"));
    }

    [Fact]
    public async Task A_request_that_breaks_the_model_fails_alone()
    {
        using Held held = new();
        await using TestServer server = await TestServer.Start(held.Score);
        Task<HttpResponseMessage> first = server.Post("/rerank", """{"query":"first","texts":["a"]}""");
        Assert.True(await held.Begun.WaitAsync(Patience));
        Task<HttpResponseMessage>[] others = [.. ((string[])["good", "broken", "fine"]).Select(query => server.Post("/rerank", $$"""{"query":"{{query}}","texts":["a"]}"""))];
        await TestServer.Until(async () => await server.Metric("te_queue_size") == 4);
        held.Go();
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.FailedDependency, HttpStatusCode.OK], (await Task.WhenAll(others)).Select(response => response.StatusCode));
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Fact]
    public async Task A_long_list_lets_others_go_in_between()
    {
        List<string> passes = [];
        using Held held = new();
        await using TestServer server = await TestServer.Start(
            (query, documents) =>
            {
                lock (passes) passes.Add(query);
                return held.Score(query, documents);
            },
            new ServerOptions(PassTokens: 100));
        string texts = string.Join(',', Enumerable.Range(0, 50).Select(i => $"\"{i:D4}\"")); // 50 x 11 tokens
        Task<HttpResponseMessage> longer = server.Post("/rerank", $$"""{"query":"long","texts":[{{texts}}]}""");
        Assert.True(await held.Begun.WaitAsync(Patience));
        Task<HttpResponseMessage> shorter = server.Post("/rerank", """{"query":"short","texts":["a"]}""");
        await TestServer.Until(async () => await server.Metric("te_queue_size") == 2);
        held.Go();
        Assert.Equal(HttpStatusCode.OK, (await longer).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await shorter).StatusCode);
        Assert.Equal("short", passes[1]);
        Assert.Equal(7, passes.Count);
    }

    [Fact]
    public async Task What_was_scored_is_not_scored_again()
    {
        List<string> scored = [];
        await using TestServer server = await TestServer.Start((query, documents) =>
        {
            scored.AddRange(documents);
            return TestServer.ByLength(query, documents);
        });
        string first = await server.PostText("/rerank", """{"query":"q","texts":["a","bb"]}""");
        Assert.Equal(first, await server.PostText("/rerank", """{"query":"q","texts":["a","bb"]}"""));
        await server.PostText("/rerank", """{"query":"q","texts":["bb","ccc"]}""");
        await server.PostText("/rerank", """{"query":"other","texts":["a"]}""");
        Assert.Equal(["a", "bb", "ccc", "a"], scored);
        Assert.Equal(3, await server.Metric("attar_cache_hits"));
        Assert.Equal(4, await server.Metric("attar_cache_misses"));
    }

    [Fact]
    public void A_cache_keeps_what_was_used_last_and_never_more_than_it_may()
    {
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<FsCheck.PositiveInt, int[]>((capacity, keys) =>
        {
            int most = capacity.Get;
            BoundedCache<int, int> cache = new(most);
            foreach (int key in keys) cache.Add(key, key * 2);
            int[] last = [.. keys.Reverse().Distinct().Take(most / 2)];
            return cache.Count <= most + 1 && last.All(key => cache.TryGet(key, out int value) && value == key * 2);
        }));
    }

    [Fact]
    public void Keys_tell_texts_and_fields_apart()
    {
        Assert.Equal(TextKey.Of("ab"), TextKey.Of("ab"));
        UInt128[] keys = [TextKey.Of("ab"), TextKey.Of("a"), TextKey.Of([new("", "a"), new("", "b")]), TextKey.Of([new("a", "b")]), TextKey.Of([new("", "a"), new("b", "c")])];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }
}
