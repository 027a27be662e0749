using Attar.Augmentation;
using Attar.Data;
using Attar.Endpoints;
using Attar.Labeling;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Endpoints;

/// <summary>BM25 labels every pair of a small shop, a server those of the queries that lack the product they name, where BM25 has little to go by.</summary>
public sealed class EndpointCascadeTests : IDisposable
{
    const int Lacking = 5; // queries
    readonly LampShop shop = new();
    readonly CandidatePair[] pairs;

    public EndpointCascadeTests()
    {
        string[] lacking = [.. shop.Pairs.Select(pair => pair.QueryId).Distinct().Take(Lacking)];
        pairs = [.. shop.Pairs.Where(pair => !lacking.Contains(pair.QueryId) || shop.Texts[(pair.QueryId, pair.ProductId)] is var (query, title) && StandIn.Overlap(query, title) < 2)];
        PairStore.Write(shop.Workspace.Pairs, pairs);
    }

    public void Dispose() => shop.Dispose();

    LabelStage Stage(StandIn server, Protocol protocol = Protocol.VllmClassify, double share = .34) =>
        new(Teacher: LampShop.Endpoint(server, protocol) with { Price = new PriceOptions(Input: 1) }, Teachers: ["bm25"], Cascade: new CascadeOptions(Share: share));

    void Label(LabelStage stage) => RecipeRunner.Run(Recipe.Of(stage, 1), new StageContext(shop.Workspace, 1, 2, shop, shop.Clock, CancellationToken.None));

    (string Query, string Product)[] Asked => [.. File.ReadLines(shop.LabelsFile).Skip(1).Select(line => line.Split('\t')).Where(fields => fields[^2] == "1").Select(fields => (fields[0], fields[1]))];

    [Theory, InlineData(Protocol.VllmClassify), InlineData(Protocol.TeiRerank)]
    public async Task A_server_is_asked_about_the_chosen_queries_and_the_judged_pairs_and_no_others(Protocol protocol)
    {
        await using StandIn server = await StandIn.Start();
        Label(Stage(server, protocol));
        Assert.Equal(pairs.Length, LabelStore.Read(shop.Workspace.Labels).Count());
        var asked = Asked;
        Assert.Equal(pairs[..asked.Length].Select(pair => (pair.QueryId, pair.ProductId)), asked);
        Assert.Equal(Lacking * 11, asked.Length);
        Assert.Empty(asked.Select(pair => shop.Texts[pair].Query).Except(server.Answered.Keys.Select(pair => pair.Query)));
        Dataset data = DatasetFiles.Read(shop.Workspace.Data);
        HashSet<string> judged = [.. data.Judgments.Select(judgment => data.Queries.Single(query => query.Id == judgment.QueryId).Text)];
        HashSet<string> chosen = [.. asked.Select(pair => shop.Texts[pair].Query)];
        Assert.All(server.Answered.Keys, pair => Assert.Contains(pair.Query, judged.Union(chosen)));
        LabelEndpoint told = LabelManifest.Read(shop.Workspace.Labels).Endpoint!;
        Assert.Equal((server.Address + (protocol == Protocol.VllmClassify ? "/classify" : "/rerank"), "m"), (told.Url.TrimEnd('/'), told.Model));
        Assert.Contains(shop.Notes, note => note.StartsWith("label: spent in this run", StringComparison.Ordinal));
        Assert.Contains(shop.Notes, note => note.StartsWith($"label: asked m about {chosen.Count} of 16 queries", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_answered_is_not_asked_again_and_gives_the_same_bytes()
    {
        await using StandIn server = await StandIn.Start();
        Label(Stage(server));
        byte[] labels = File.ReadAllBytes(shop.LabelsFile);
        int requests = server.Requests;
        Directory.Delete(shop.Workspace.Labels, recursive: true);
        Label(Stage(server));
        Assert.Equal(requests, server.Requests);
        Assert.Equal(labels, File.ReadAllBytes(shop.LabelsFile));
    }

    [Fact]
    public async Task A_server_that_ends_leaves_no_half_labelled_store_and_the_next_run_pays_the_rest()
    {
        await using StandIn server = await StandIn.Start();
        server.Mishaps = request => request >= 14 ? new Mishap(Status: 401) : null;
        Assert.Contains("run the same command again", Assert.Throws<StageFailedException>(() => Label(Stage(server))).Message);
        server.Mishaps = _ => null;
        Label(Stage(server));
        Assert.All(server.Answered.Values, times => Assert.Equal(1, times));
        Assert.Equal(pairs.Length, LabelStore.Read(shop.Workspace.Labels).Count());
    }

    [Fact]
    public async Task One_that_agrees_too_little_with_people_is_refused_and_its_cost_is_told_before()
    {
        await using StandIn server = await StandIn.Start();
        server.Opinion = (query, document) => StandIn.Sure(2 - StandIn.Overlap(query, document));
        Assert.Contains("label: refused: weighted kappa", Assert.Throws<StageFailedException>(() => Label(Stage(server))).Message);
        Assert.Contains("questions to ask: about", shop.Notes.First(note => note.Contains("questions to ask", StringComparison.Ordinal)));
        Assert.False(File.Exists(shop.LabelsFile));
        LabelStage poor = Stage(server);
        shop.Notes.Clear();
        Assert.Contains("raise it (--token-budget)", Assert.Throws<InputException>(() => Label(poor with { Teacher = poor.Teacher! with { Model = "other", Price = new PriceOptions(TokenBudget: 0) } })).Message);
    }
}
