using Attar.Augmentation;
using Attar.Augmentation.Writing;
using Attar.Data;
using Attar.Recipes;
using Attar.Tests.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Augmentation;

/// <summary>However many workers generate, their parts make the pairs that one process writes.</summary>
public sealed class GenerateWorkerTests : IDisposable
{
    static readonly string[] files = [PairStore.Queries, PairStore.Pairs, PairStore.Quality];
    static readonly GenerateStage stage = new(PerQuery: 12, NewQueries: 40, NearDuplicates: .9, PartShare: .2);

    readonly TemporaryWorkspace whole = new(), shared = new();

    public GenerateWorkerTests()
    {
        Fill(whole.Workspace);
        Fill(shared.Workspace);
    }

    public void Dispose()
    {
        whole.Dispose();
        shared.Dispose();
    }

    static void Fill(Workspace workspace)
    {
        string[] kinds = ["drill", "lamp", "table", "brick"], colours = ["red", "oak", "white", "blue", "green"];
        Product[] products = [.. Enumerable.Range(0, 120).Select(i => new Product($"p{i}", $"{colours[i / 4 % 5]} {kinds[i % 4]} number {i}", i % 3 == 0 ? "Acme" : "Bolt", kinds[i % 4]))];
        Query[] queries = [.. Enumerable.Range(0, 60).Select(i => new Query($"q{i}", $"{colours[i % 5]} {kinds[i % 4]} {i}"))];
        var splits = queries.Index().ToDictionary(query => query.Item.Id, query => query.Index % 10 == 0 ? Split.Test : Split.Train);
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, .5, 1], 1.5), products, queries, [.. queries.Select((query, i) => new Judgment(query.Id, $"p{i}", i % 3))], splits));
    }

    static StageContext Context(TemporaryWorkspace workspace) => new(workspace.Workspace, 7, 2, workspace.Sink, TimeProvider.System, CancellationToken.None);

    int Work(string shard, GenerateStage? other = null) => new GenerateWorker(other ?? stage, ShardChoice.Parse(shard, _ => null), Context(shared)).Run();

    static void Generate(TemporaryWorkspace workspace, GenerateStage stage) => RecipeRunner.Run(Recipe.Of(stage, 7), Context(workspace));

    void Merge(int round = 1)
    {
        GenerateMerge merge = GenerateMerge.Of(shared.Workspace.Round(round));
        Generate(shared, merge.Stage);
        merge.Discard();
    }

    void AssertSame(int round = 1) => Assert.All(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Workspace.Round(round).Pairs, file)), File.ReadAllBytes(Path.Combine(shared.Workspace.Round(round).Pairs, file))));

    [Theory, InlineData(1), InlineData(3), InlineData(7)]
    public void Parts_of_any_number_make_the_bytes_of_one_process(int parts)
    {
        Generate(whole, stage);
        foreach (int part in Enumerable.Range(0, parts).Reverse()) Assert.Equal(1, Work($"{part}/{parts}"));
        Merge();
        AssertSame();
        Assert.False(Directory.Exists(Path.Combine(shared.Workspace.Root, "parts")));
        Assert.Empty(RecipeRunner.Run(Recipe.Of(stage, 7), Context(shared))); // as if it had run here
    }

    [Fact]
    public void A_later_round_is_made_in_parts_too()
    {
        var later = new GenerateStage(PerQuery: 4, Round: 2, NewQueries: 5);
        foreach (TemporaryWorkspace workspace in (TemporaryWorkspace[])[whole, shared]) Generate(workspace, stage);
        Generate(whole, later);
        Assert.Equal(4, Work("/4", later));
        Merge(round: 2);
        AssertSame(round: 2);
    }

    [Fact]
    public void A_part_that_is_whole_is_not_made_again_and_one_that_is_damaged_is()
    {
        Generate(whole, stage);
        Assert.Equal(3, Work("/3"));
        Assert.Equal(0, Work("/3"));
        File.AppendAllText(Path.Combine(PairPart.FolderIn(shared.Workspace), ShardChoice.NameOf(1, 3), PairStore.Pairs), "x");
        var fault = Assert.Throws<InputException>(() => GenerateMerge.Of(shared.Workspace));
        Assert.Contains("--shard 1/3", fault.Message);
        Assert.Equal(1, Work("/3"));
        Merge();
        AssertSame();
    }

    [Fact]
    public void Missing_parts_and_parts_of_another_kind_are_refused()
    {
        Assert.Contains("generate with --shard first", Assert.Throws<InputException>(() => GenerateMerge.Of(shared.Workspace)).Message);
        Work("0/3");
        Assert.Contains("other options", Assert.Throws<InputException>(() => Work("0/3", stage with { PerQuery = 5 })).Message);
        Work("1/3", stage with { PerQuery = 5 });
        Assert.Contains("other options", Assert.Throws<InputException>(() => GenerateMerge.Of(shared.Workspace)).Message);
        Directory.Delete(Path.Combine(PairPart.FolderIn(shared.Workspace), ShardChoice.NameOf(1, 3)), recursive: true);
        Assert.Equal(2, Assert.Throws<InputException>(() => GenerateMerge.Of(shared.Workspace)).Faults.Count(fault => fault.Message.Contains("is missing")));
    }

    [Fact]
    public void Data_that_changed_since_the_parts_were_made_are_refused()
    {
        Work("/2");
        File.AppendAllText(Path.Combine(shared.Workspace.Data, "queries.jsonl"), "\n");
        Assert.Contains("data has changed", Assert.Throws<InputException>(() => Merge()).Message);
    }

    [Fact]
    public void A_writer_of_queries_is_asked_by_one_process() =>
        Assert.Contains("leave --shard out", Assert.Throws<InputException>(() => Work("/2", stage with { WrittenShare = .1, Writer = new QueryEndpoint("http://localhost:1") })).Message);
}
