using System.Net;
using System.Runtime.CompilerServices;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Security;
using Attar.Server.Settings;
using Attar.Server.Tests;

namespace Attar.Client.Tests;

/// <summary>The client before the real server, over made-up models.</summary>
public class AttarClientTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static readonly Storefront Tools = Shop.Of(new("p1", "drill"), new("p2", "drill 18 V"), new("p3", "ladder"));

    [Fact]
    public async Task Texts_come_back_best_first()
    {
        await using TestServer server = await TestServer.Start((_, documents) => [.. documents.Select(document => document.Length - 2f)]);
        using AttarClient attar = new(server.Address);
        Ranking ranking = await attar.Rerank("q", ["a", "ccc", "bb"]);
        Assert.Equal([1, 2, 0], ranking.Results.Select(result => result.Index));
        Assert.Equal([1 / (1 + Math.Exp(-1)), .5, 1 / (1 + Math.Exp(1))], ranking.Results.Select(result => result.RelevanceScore), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal("student", ranking.Model);
        Assert.True(ranking.Complete);
        Assert.Equal([1], (await attar.Rerank("q", ["a", "ccc", "bb"], top: 1)).Results.Select(result => result.Index));
        Assert.Empty((await attar.Rerank("q", [])).Results);
    }

    [Fact]
    public async Task Products_are_ranked_by_id_and_unknown_ones_stand_last()
    {
        await using TestServer server = await TestServer.Start(storefront: Tools);
        using AttarClient attar = new(server.Address);
        Assert.Equal(["p2", "p3", "p1"], (await attar.RerankProducts("q", ["p1", "p2", "p3"])).Results.Select(result => result.Id));
        Ranking ranking = await attar.RerankProducts("q", ["none", "p1"]);
        Assert.Equal([("p1", true), ("none", false)], ranking.Results.Select(result => (result.Id!, result.Scored)));
        AttarException error = await Assert.ThrowsAsync<AttarException>(() => attar.RerankProducts("q", ["none"]));
        Assert.Equal(HttpStatusCode.BadRequest, error.Status);
        Assert.StartsWith("documents: none has text; expected ", error.Message);
    }

    [Fact]
    public async Task A_search_has_the_models_order()
    {
        await using TestServer server = await TestServer.Start(storefront: Tools);
        using AttarClient attar = new(server.Address);
        SearchResults found = await attar.Search("drill", size: 1);
        Assert.Equal(2, found.Candidates);
        Assert.Equal(new FoundProduct(1, "p2", "drill 18 V", "", "", 10), Assert.Single(found.Results));
        Assert.Empty((await attar.Search("what & where=?")).Results);
        Assert.Contains("characters", (await Assert.ThrowsAsync<AttarException>(() => attar.Search(new string('a', 501)))).Message);
    }

    /// <summary>Scores of texts are their lengths less two, as logits.</summary>
    [Fact]
    public async Task What_scores_below_the_lowest_score_is_left_out()
    {
        await using TestServer server = await TestServer.Start((_, documents) => [.. documents.Select(document => document.Length - 2f)], storefront: Shop.Of(new("p1", "saw"), new("p2", "saw blade"), new("p3", "saw blades")));
        Assert.Equal("1 2", await Ranked(MinScore.Of(.5)));
        Assert.Equal("1", await Ranked(MinScore.Of(.501)));
        Assert.Equal("1 2 0", await Ranked(MinScore.Of(0)));
        Assert.Empty(await Ranked(MinScore.Of(1)));
        Assert.Equal("p3", await Found(MinScore.Of(1 / (1 + Math.Exp(-7.5))))); // logits of 1, 7 and 8
        Assert.Equal("p3 p2 p1", await Found(MinScore.Of(0)));
        Assert.Empty(await Found(MinScore.Of(1)));
        using AttarClient ofIds = new(server.Address, new AttarClientOptions { MinScore = MinScore.Of(.999) });
        Assert.Equal(["p3", "p2"], (await ofIds.RerankProducts("q", ["p1", "p2", "p3"])).Results.Select(result => result.Id)); // .9997, .9991, .73

        async Task<string> Ranked(MinScore least)
        {
            using AttarClient attar = new(server.Address, new AttarClientOptions { MinScore = least });
            return string.Join(' ', (await attar.Rerank("q", ["a", "ccc", "bb"])).Results.Select(result => result.Index));
        }

        async Task<string> Found(MinScore least)
        {
            using AttarClient attar = new(server.Address, new AttarClientOptions { MinScore = least });
            return string.Join(' ', (await attar.Search("saw")).Results.Select(result => result.Id));
        }
    }

    [Fact]
    public async Task A_calibrated_lowest_score_is_the_servers_to_know()
    {
        await using TestServer server = await TestServer.Start(storefront: Tools);
        using AttarClient attar = new(server.Address, new AttarClientOptions { MinScore = MinScore.Calibrated });
        Assert.Contains("attar calibrate", (await Assert.ThrowsAsync<AttarException>(() => attar.Rerank("q", ["a"]))).Message);
        Assert.Contains("attar calibrate", (await Assert.ThrowsAsync<AttarException>(() => attar.Search("drill"))).Message);
    }

    [Theory]
    [InlineData(-.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_lowest_score_is_a_share(double least) => Assert.Throws<ArgumentOutOfRangeException>(() => MinScore.Of(least));

    /// <summary>The client's clock stands still, so that only the server's tells what is late.</summary>
    [Fact]
    public async Task At_the_deadline_comes_what_is_scored()
    {
        await using TestServer server = await TestServer.Start((_, documents) =>
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(.5 * documents.Count));
            return [.. documents.Select(document => (float)document.Length)];
        });
        using HttpClient http = new() { BaseAddress = server.Address };
        using AttarClient attar = new(http, new AttarClientOptions(Deadline: TimeSpan.FromMilliseconds(100)), new StillClock());
        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => $"{i:D4}")];
        await attar.Rerank("first", texts); // from now on the server knows the model's pace
        Ranking ranking = await attar.Rerank("q", texts);
        Assert.False(ranking.Complete);
        Assert.Equal(1000, ranking.Results.Count);
        RankedDocument last = ranking.Results[^1];
        Assert.Equal((999, 0.0, false), (last.Index, last.RelevanceScore, last.Scored));
        Assert.True((await attar.Rerank("q", texts[..2], deadline: Patience)).Complete);
    }

    [Fact]
    public async Task Who_is_told_to_come_back_comes_back()
    {
        using SemaphoreSlim begun = new(0);
        using ManualResetEventSlim finish = new();
        await using TestServer server = await TestServer.Start((_, documents) =>
        {
            begun.Release();
            finish.Wait(Patience);
            return new float[documents.Count];
        }, new ServerOptions(MaxWaiting: 0));
        using AttarClient attar = new(server.Address), impatient = new(server.Address, new AttarClientOptions(Retries: 0));
        Task<Ranking> first = attar.Rerank("q", ["a"]);
        Assert.True(await begun.WaitAsync(Patience));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Assert.ThrowsAsync<AttarException>(() => impatient.Rerank("r", ["a"]))).Status);
        AttarException late = await Assert.ThrowsAsync<AttarException>(() => attar.Rerank("r", ["a"], deadline: TimeSpan.FromMilliseconds(500)));
        Assert.Equal("too many requests are waiting; try again later", late.Message); // a second would be too late
        Task<Ranking> second = attar.Rerank("r", ["a"]);
        await TestServer.Until(async () => await server.Metric("""te_request_failure{method="/v1/rerank",err="429"}""") == 3);
        Assert.False(second.IsCompleted);
        finish.Set();
        Assert.True((await first).Complete);
        Assert.True((await second).Complete);
    }

    [Fact]
    public async Task Who_cancels_waits_no_longer_and_a_silent_server_is_a_timeout()
    {
        using ManualResetEventSlim finish = new();
        await using TestServer server = await TestServer.Start((_, documents) =>
        {
            finish.Wait(Patience);
            return new float[documents.Count];
        });
        using AttarClient attar = new(server.Address);
        using CancellationTokenSource cancel = new();
        Task<Ranking> call = attar.Rerank("q", ["a"], cancel: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        using HttpClient hurried = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromMilliseconds(50) };
        await Assert.ThrowsAsync<TimeoutException>(() => new AttarClient(hurried).Rerank("q", ["a"]));
        finish.Set();
    }

    [Fact]
    public async Task A_key_is_shown()
    {
        string file = Path.GetTempFileName(), key = ApiKey.Generate();
        await File.WriteAllTextAsync(file, new ApiKey("shop", ApiKey.HashOf(key)).ToLine());
        await using TestServer server = await TestServer.Start(options: new ServerOptions(Keys: file));
        File.Delete(file);
        using AttarClient attar = new(server.Address, new AttarClientOptions(key)), stranger = new(server.Address);
        Assert.Single((await attar.Rerank("q", ["a"])).Results);
        AttarException refused = await Assert.ThrowsAsync<AttarException>(() => stranger.Rerank("q", ["a"]));
        Assert.Equal((HttpStatusCode.Unauthorized, "expected an API key: Authorization: Bearer KEY"), (refused.Status, refused.Message));
    }

    [Fact]
    public async Task Readiness_is_told()
    {
        TestServer server = await TestServer.Start();
        using AttarClient attar = new(server.Address);
        Assert.True(await attar.IsReady());
        await AttarServer.Stop(server.App);
        Assert.False(await attar.IsReady());
        await Assert.ThrowsAsync<HttpRequestException>(() => attar.Rerank("q", ["a"]));
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Another_server_is_told_apart()
    {
        await using TestServer server = await TestServer.Start();
        using AttarClient lost = new(new Uri(server.Address, "elsewhere"));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<AttarException>(() => lost.Rerank("q", ["a"]))).Status);
    }

    [Fact]
    public async Task The_readme_says_what_works()
    {
        await using TestServer server = await TestServer.Start(storefront: Tools);
        using StringWriter Console = new();

        using AttarClient attar = new(server.Address, new AttarClientOptions(Deadline: TimeSpan.FromMilliseconds(300)));
        Ranking ranking = await attar.Rerank("cordless drill", ["oak table", "drill 18 V"]);
        foreach (RankedDocument result in ranking.Results) Console.WriteLine($"{result.RelevanceScore:F3} {result.Index}");
        Ranking products = await attar.RerankProducts("cordless drill", ["p1", "p2"]);
        SearchResults found = await attar.Search("cordless drill", size: 5);

        Assert.Equal("1.000 1\n1.000 0\n", Console.ToString().ReplaceLineEndings("\n"));
        string[] here = [.. File.ReadLines(Source()).Select(line => line.Trim().Replace("server.Address", "new Uri(\"http://localhost:8080\")"))];
        string[] snippet = [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(Source())!, "../../src/Attar.Client/README.md")).SkipWhile(line => line != "```csharp").Skip(1).TakeWhile(line => line != "```")];
        Assert.Equal(5, snippet.Length);
        Assert.All(snippet, line => Assert.Contains(line, here));
    }

    static string Source([CallerFilePath] string file = "") => file;

    sealed class StillClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan due, TimeSpan period) =>
            System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
