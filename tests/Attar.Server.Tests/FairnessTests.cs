using System.Net;
using System.Text.Json;
using Attar.Server.Security;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

/// <summary>Keys share places and the model's time; how much one asks for is its own matter.</summary>
[Collection(nameof(Alone))]
public sealed class FairnessTests : IDisposable
{
    readonly string file = Path.GetTempFileName();
    readonly string honest = ApiKey.Generate(), attacker = ApiKey.Generate();

    public FairnessTests() => File.WriteAllText(file, $"{Line("honest", honest)}\n{Line("attacker", attacker)}\n");

    public void Dispose() => File.Delete(file);

    static string Line(string name, string key, double? documents = null) => new ApiKey(name, ApiKey.HashOf(key), Documents: documents).ToLine();

    static (string, string) Key(string key) => ("Authorization", "Bearer " + key);

    static string Body(string query, int documents) => JsonSerializer.Serialize(new { query, texts = Enumerable.Range(0, documents).Select(i => $"{query}{i}") });

    /// <summary>A millisecond a document.</summary>
    static float[] Slow(string query, IReadOnlyList<string> documents)
    {
        Thread.Sleep(documents.Count);
        return new float[documents.Count];
    }

    [Theory]
    [InlineData(1000, "3600000", 40)] // long lists that can wait for ever
    [InlineData(1000, "300", 40)]
    [InlineData(1, "3600000", 60)] // very many short ones
    public async Task An_honest_key_that_asks_for_two_fifths_of_the_capacity_keeps_four_fifths_of_it_under_attack(int documents, string deadline, int connections)
    {
        const int Requests = 60, Documents = 20, EveryMs = 50; // 400 documents a second, of a thousand
        await using TestServer server = await TestServer.Start(Slow, new ServerOptions(Keys: file, MaxWaiting: 20, ScoreCache: 0, PassTokens: 1000));
        await server.PostText("/rerank", Body("pace", 100), 200, Key(honest));
        using CancellationTokenSource end = new();
        Task[] attack = [.. Enumerable.Range(0, connections).Select(i => Task.Run(async () =>
        {
            string body = Body($"attack{i}", documents);
            while (!end.IsCancellationRequested)
            {
                using HttpResponseMessage response = await server.Post("/rerank", body, Key(attacker), ("x-deadline-ms", deadline));
                if (response.StatusCode == HttpStatusCode.TooManyRequests) await Task.Delay(100);
            }
        }))];
        await Task.Delay(500);
        int scored = 0;
        List<Task> asked = [];
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(EveryMs));
        for (int i = 0; i < Requests && await timer.WaitForNextTickAsync(); i++)
        {
            string body = Body($"honest{i}", Documents);
            asked.Add(Task.Run(async () =>
            {
                using HttpResponseMessage response = await server.Post("/rerank", body, Key(honest), ("x-deadline-ms", "3000"));
                if (response.IsSuccessStatusCode) Interlocked.Add(ref scored, int.Parse(response.Headers.GetValues("x-scored").Single().Split('/')[0]));
            }));
        }
        await Task.WhenAll(asked);
        await end.CancelAsync();
        Assert.InRange(scored, .8 * Requests * Documents, Requests * Documents);
        server.Client.CancelPendingRequests();
        await Task.WhenAll(attack).ContinueWith(_ => { });
    }

    [Fact]
    public async Task A_key_finds_a_place_though_another_has_taken_all_and_that_one_finds_none()
    {
        using Hold hold = new();
        await using TestServer server = await TestServer.Start((_, documents) =>
        {
            hold.Wait();
            return new float[documents.Count];
        }, new ServerOptions(Keys: file, MaxWaiting: 3, DeadlineMs: 0));
        List<Task<HttpResponseMessage>> taken = [];
        await TestServer.Until(async () =>
        {
            Task<HttpResponseMessage> next = server.Post("/rerank", Body($"a{taken.Count}", 1), Key(attacker));
            taken.Add(next);
            return await Task.WhenAny(next, Task.Delay(200)) == next && (await next).StatusCode == HttpStatusCode.TooManyRequests;
        });
        Task<HttpResponseMessage>[] let = [server.Post("/rerank", Body("h1", 1), Key(honest)), server.Post("/rerank", Body("h2", 1), Key(honest))];
        await TestServer.Until(async () =>
        {
            using HttpRequestMessage metrics = new(HttpMethod.Get, "/metrics") { Headers = { { "Authorization", "Bearer " + honest } } };
            return (await (await server.Client.SendAsync(metrics)).Content.ReadAsStringAsync()).Contains("te_queue_size 6\n");
        });
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Post("/rerank", Body("h3", 1), Key(honest))).StatusCode); // two of four are its share
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Post("/rerank", Body("a9", 1), Key(attacker))).StatusCode);
        hold.End();
        Assert.All(await Task.WhenAll(let), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task A_rate_may_be_given_in_documents()
    {
        string slow = ApiKey.Generate();
        File.AppendAllText(file, Line("slow", slow, documents: 50) + "\n");
        Assert.Equal(50, ApiKey.ReadFile(file)[2].Documents);
        await using TestServer server = await TestServer.Start(options: new ServerOptions(Keys: file));
        await server.PostText("/rerank", Body("q", 30), 200, Key(slow));
        await server.PostText("/rerank", Body("q", 30), 429, Key(slow)); // 20 are left
        await TestServer.Until(async () => (await server.Post("/rerank", Body("q", 300), Key(slow))).StatusCode == HttpStatusCode.OK); // more than a second's worth: it goes into debt
        using HttpResponseMessage refused = await server.Post("/rerank", Body("q", 1), Key(slow));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 4, 6);
        await server.PostText("/rerank", Body("q", 1000), 200, Key(honest));
    }
}
