using System.Net;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public class OverloadTests
{
    const string Body = """{"query":"q","texts":["a"]}""";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Requests_are_scored_one_at_a_time()
    {
        int inside = 0, most = 0;
        await using TestServer server = await TestServer.Start((_, texts) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(5);
            Interlocked.Decrement(ref inside);
            return new float[texts.Count];
        }, new ServerOptions(ScoreCache: 0));
        HttpResponseMessage[] responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Post("/rerank", Body)));
        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(1, most);
    }

    [Theory]
    [InlineData("/rerank", "Overloaded")]
    [InlineData("/v2/rerank", "message")]
    [InlineData("/search?q=a", "Busy")]
    public async Task Who_comes_when_the_line_is_full_is_told_when_to_come_back(string path, string part)
    {
        using Hold hold = new();
        await using TestServer server = await TestServer.Start((_, texts) =>
        {
            hold.Wait();
            return new float[texts.Count];
        }, new ServerOptions(MaxWaiting: 0), Shop.Of(new Attar.Data.Product("p1", "a lamp")));
        Task<HttpResponseMessage> first = server.Post("/rerank", Body);
        await hold.Begun();

        using HttpResponseMessage second = path.StartsWith("/search")
            ? await server.Client.GetAsync(path)
            : await server.Post(path, """{"query":"q","texts":["a"],"documents":["a"]}""");
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter!.Delta);
        Assert.Contains(part, await second.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health")).StatusCode);

        hold.End();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/rerank", Body)).StatusCode);
    }

    [Fact]
    public async Task Who_is_told_to_come_back_is_told_before_his_body_is_read()
    {
        using Hold hold = new();
        await using TestServer server = await TestServer.Start((_, texts) =>
        {
            hold.Wait();
            return new float[texts.Count];
        }, new ServerOptions(MaxWaiting: 0));
        Task<HttpResponseMessage> first = server.Post("/rerank", Body);
        await hold.Begun();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Post("/rerank", "no JSON")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/tokenize", """{"inputs":"a"}""")).StatusCode); // needs no place
        hold.End();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Post("/rerank", "no JSON")).StatusCode);
    }

    [Fact]
    public async Task What_is_often_remembered_is_answered_though_the_line_is_full()
    {
        using Hold hold = new();
        await using TestServer server = await TestServer.Start((query, texts) =>
        {
            if (query == "held") hold.Wait();
            return new float[texts.Count];
        }, new ServerOptions(MaxWaiting: 0));
        for (int i = 0; i < 20; i++) await server.PostText("/rerank", Body);
        Task<HttpResponseMessage> held = server.Post("/rerank", """{"query":"held","texts":["a"]}""");
        await hold.Begun();
        Assert.Equal(HttpStatusCode.OK, (await server.Post("/rerank", Body)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Post("/rerank", """{"query":"new","texts":["a"]}""")).StatusCode);
        hold.End();
        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
    }

    [Fact]
    public async Task Work_of_a_caller_who_has_gone_is_dropped()
    {
        using SemaphoreSlim begun = new(0);
        int batches = 0;
        await using TestServer server = await TestServer.Start((query, texts) =>
        {
            if (query == "leaves")
            {
                Interlocked.Increment(ref batches);
                begun.Release();
                Thread.Sleep(20);
            }
            return new float[texts.Count];
        }, new ServerOptions(PassTokens: 200));
        string texts = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"a{i}\"")); // some sixty passes
        using CancellationTokenSource leave = new();
        using StringContent content = new($$"""{"query":"leaves","texts":[{{texts}}]}""", null, "application/json");
        Task<HttpResponseMessage> left = server.Client.PostAsync("/rerank", content, leave.Token);
        Assert.True(await begun.WaitAsync(Patience));
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        Assert.Equal(HttpStatusCode.OK, (await server.Post("/rerank", Body)).StatusCode); // its turn comes once the other stopped
        Assert.InRange(batches, 1, 40);
    }

    [Fact]
    public async Task Who_leaves_the_line_is_never_scored_and_frees_the_place()
    {
        using Hold hold = new();
        List<string> scored = [];
        await using TestServer server = await TestServer.Start((query, texts) =>
        {
            scored.Add(query);
            hold.Wait();
            return new float[texts.Count];
        }, new ServerOptions(MaxWaiting: 1));
        Task<HttpResponseMessage> first = server.Post("/rerank", Body);
        await hold.Begun();

        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage>? waiting = null;
        await TestServer.Until(async () =>
        {
            // A probe that came first stands in the line itself until it gives up; then the one that was refused tries again.
            if (waiting is null || waiting.IsCompleted)
                waiting = server.Client.PostAsync("/rerank", new StringContent("""{"query":"leaves","texts":["a"]}""", null, "application/json"), leave.Token);
            using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(500));
            try
            {
                var probe = await server.Client.PostAsync("/rerank", new StringContent("""{"query":"probe","texts":["a"]}""", null, "application/json"), soon.Token);
                return probe.StatusCode == HttpStatusCode.TooManyRequests && !waiting.IsCompleted;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        });
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting!);

        // Its place in the line is free again once the server saw it go: then this one waits instead of being refused.
        Task<HttpResponseMessage>? third = null;
        await TestServer.Until(async () =>
        {
            Task<HttpResponseMessage> attempt = server.Post("/rerank", """{"query":"stays","texts":["a"]}""");
            if (await Task.WhenAny(attempt, Task.Delay(200)) == attempt && (await attempt).StatusCode == HttpStatusCode.TooManyRequests) return false;
            third = attempt;
            return true;
        });
        hold.End();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await third!).StatusCode);
        Assert.Equal(["q", "stays"], scored);
    }

    [Fact]
    public async Task Where_many_wait_for_most_of_their_time_one_more_is_told_to_come_back()
    {
        using Hold hold = new();
        await using TestServer server = await TestServer.Start((query, texts) =>
        {
            if (query == "held") hold.Wait();
            else Thread.Sleep(10 * texts.Count);
            return new float[texts.Count];
        }, new ServerOptions(ScoreCache: 0, PassTokens: 20));
        await server.PostText("/rerank", """{"query":"pace","texts":["a","b"]}"""); // 10 ms a document
        Task<HttpResponseMessage> held = server.Post("/rerank", """{"query":"held","texts":["a"]}""");
        await hold.Begun();
        string twenty = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"{i}\""));
        Task<HttpResponseMessage>[] waiting = [.. Enumerable.Range(0, 7).Select(i => server.Post("/rerank", $$"""{"query":"waits","texts":[{{twenty}}]}"""))]; // more than a second of work
        await TestServer.Until(async () => await server.Metric("te_queue_size") == 8);

        using HttpResponseMessage hurried = await server.Post("/rerank", Body, ("x-deadline-ms", "500"));
        Assert.Equal(HttpStatusCode.TooManyRequests, hurried.StatusCode);
        Assert.True(hurried.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Task<HttpResponseMessage> patient = server.Post("/rerank", Body, ("x-deadline-ms", "60000"));
        hold.End();
        Assert.All(await Task.WhenAll([held, .. waiting, patient]), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }
}
