using System.Net;
using System.Text.Json;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public class ReloadTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A model's folder as the server sees it: what it would load, and the version of it.</summary>
    sealed class Folder(Func<IScoringModel> load)
    {
        public Func<IScoringModel> Load { get; set; } = load;
        public string Version { get; set; } = "1";
        public Source<IScoringModel> Source => new("student", () => Load(), () => Version);
    }

    static TextModel Constant(float first, float second) => new((_, documents) => [.. documents.Select((_, i) => i % 2 == 0 ? first : second)]);

    static Task<TestServer> Start(Folder folder, double watchSeconds = 0) => TestServer.Start(
        new ServerOptions(WatchSeconds: watchSeconds), Shop.Of(new("p1", "a drill"), new("p2", "a ladder")), folder.Source);

    static async Task<int> First(TestServer server) => (await server.PostJson("/rerank", """{"query":"q","texts":["a","b"]}"""))[0].GetProperty("index").GetInt32();

    [Fact]
    public async Task A_new_model_takes_over_and_what_the_old_one_said_is_forgotten()
    {
        TextModel old = Constant(1, 0);
        Folder folder = new(() => old);
        await using TestServer server = await Start(folder);
        Assert.Equal(0, await First(server));
        folder.Load = () => Constant(0, 1);
        await AttarServer.Reload(server.App);
        Assert.Equal(1, await First(server));
        Assert.True(old.Disposed);
        Assert.Equal(1, await server.Metric("""attar_reloads{name="student",outcome="loaded"}"""));
    }

    [Fact]
    public async Task A_request_under_way_ends_with_the_model_it_began_with()
    {
        using Hold hold = new();
        TextModel old = new((query, documents) =>
        {
            if (query == "held") hold.Wait();
            return [.. documents.Select((_, i) => -(float)i)];
        });
        Folder folder = new(() => old);
        await using TestServer server = await Start(folder);
        Task<JsonElement> held = server.PostJson("/rerank", """{"query":"held","texts":["a","b"]}""");
        await hold.Begun();
        folder.Load = () => Constant(0, 1);
        Task reload = AttarServer.Reload(server.App); // its trial waits behind the request
        Assert.False(old.Disposed);
        hold.End();
        await reload;
        Assert.Equal(0, (await held)[0].GetProperty("index").GetInt32());
        Assert.Equal(1, await First(server));
        await TestServer.Until(() => Task.FromResult(old.Disposed));
    }

    public static TheoryData<string> Faults => ["throws", "gives NaN", "gives one score"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_broken_model_is_refused_and_the_old_one_stays(string fault)
    {
        Folder folder = new(() => Constant(1, 0));
        await using TestServer server = await Start(folder);
        folder.Load = fault switch
        {
            "throws" => () => throw new InvalidDataException("half a file"),
            "gives NaN" => () => Constant(float.NaN, 0),
            _ => () => Constant(7, 7),
        };
        await AttarServer.Reload(server.App);
        Assert.Equal(0, await First(server));
        Assert.Equal(1, await server.Metric("""attar_reloads{name="student",outcome="refused"}"""));
    }

    [Fact]
    public async Task Files_that_change_are_noticed_without_being_asked()
    {
        Folder folder = new(() => Constant(1, 0));
        await using TestServer server = await Start(folder, watchSeconds: .05);
        Assert.Equal(0, await First(server));
        folder.Load = () => Constant(0, 1);
        folder.Version = "2";
        await TestServer.Until(async () => await First(server) == 1);
    }

    [Fact]
    public async Task No_request_is_lost_while_models_change()
    {
        int loads = 0;
        Folder folder = new(() => Constant(Interlocked.Increment(ref loads), 0));
        await using TestServer server = await Start(folder);
        using CancellationTokenSource done = new();
        Task swapping = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await AttarServer.Reload(server.App);
        });
        HttpStatusCode[][] statuses = await Task.WhenAll(Enumerable.Range(0, 4).Select(async caller =>
        {
            List<HttpStatusCode> all = [];
            for (int i = 0; i < 50; i++)
            {
                using HttpResponseMessage response = await server.Post("/rerank", $$"""{"query":"q{{caller}}-{{i}}","texts":["a","b"]}""");
                all.Add(response.StatusCode);
            }
            return all.ToArray();
        }));
        await done.CancelAsync();
        await swapping;
        Assert.All(statuses.SelectMany(all => all), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.True(loads > 2);
    }

    [Fact]
    public async Task A_shadow_model_scores_a_share_and_tells_how_far_it_is()
    {
        await using TestServer server = await TestServer.Start(
            new ServerOptions(Shadow: "next", ShadowShare: .5),
            null,
            TestServer.Model("student", (_, documents) => [.. documents.Select((_, i) => (float)i)]),
            TestServer.Model("next", (_, documents) => [.. documents.Select((_, i) => -(float)i)]));
        for (int i = 0; i < 10; i++) await server.PostText("/rerank", $$"""{"query":"q{{i}}","texts":["a","b","c"]}""");
        await TestServer.Until(async () => await server.Metric("""attar_shadow_requests{same_first="false"}""") + await server.Metric("attar_shadow_dropped") == 5);
        Assert.Equal(1, await server.Metric("attar_shadow_disagreement_sum") / await server.Metric("attar_shadow_disagreement_count")); // every pair is swapped
        Assert.Equal(2, await server.Metric("attar_shadow_score_difference_sum") / await server.Metric("attar_shadow_score_difference_count"), 6); // (0 + 2 + 4) / 3
    }

    [Fact]
    public void A_model_that_is_not_served_cannot_be_the_shadow()
    {
        InputException error = Assert.Throws<InputException>(() => AttarServer.Create(
            new ServerOptions(Port: 0, Shadow: "next"), [TestServer.Model("student", TestServer.ByLength)], new("catalogue", () => Shop.Of(), () => "")));
        Assert.Equal("--shadow", error.Faults[0].Where);
    }
}
