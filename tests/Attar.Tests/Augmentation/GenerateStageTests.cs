using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Recipes;

namespace Attar.Tests.Augmentation;

public sealed class GenerateStageTests : IDisposable
{
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-generate-").FullName);

    public GenerateStageTests()
    {
        string[] kinds = ["drill", "lamp", "table", "brick"], colors = ["red", "oak", "white", "blue"];
        Product[] products = [.. Enumerable.Range(0, 200).Select(i => new Product($"p{i}", $"{colors[i / 4 % 4]} {kinds[i % 4]} number {i}", i % 3 == 0 ? "Acme" : "Bolt", kinds[i % 4]))];
        Query[] queries = [new("q1", "red drill"), new("q2", "White  Lamp!"), new("q3", "white lamp"), new("q4", "oak table"), new("q5", "log query brick"), new("g1", "blue table")];
        var splits = new Dictionary<string, Split> { ["q1"] = Split.Train, ["q2"] = Split.Train, ["q3"] = Split.Test, ["q4"] = Split.Dev };
        Judgment[] judgments = [new("q1", "p0", 2), new("q1", "p1", 0), new("q2", "p1", 1), new("q3", "p1", 1), new("q4", "p2", 1)];
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 0.5, 1], 1.5), products, queries, judgments, splits));
    }

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);

    void Run(GenerateStage stage, ulong seed = 7, int threads = 2) =>
        stage.Run(new StageContext(workspace, seed, threads, new Silence(), TimeProvider.System, CancellationToken.None));

    List<CandidatePair> Pairs() => [.. PairStore.Read(workspace.Pairs)];

    [Fact]
    public void Train_and_log_queries_get_candidates_and_dev_and_test_none()
    {
        Run(new GenerateStage(PerQuery: 20));
        // q2 is a train query, but the test query q3 is the same but for case and punctuation
        Assert.Equal(["q1", "q5", "g1"], Pairs().Select(pair => pair.QueryId).Distinct());
        Assert.All(Pairs().CountBy(pair => pair.QueryId), query => Assert.Equal(20, query.Value));
        Assert.Equal(Pairs().Count, Pairs().DistinctBy(pair => (pair.QueryId, pair.ProductId)).Count());
        Assert.Empty(PairStore.ReadQueries(workspace.Pairs));
    }

    [Fact]
    public void New_queries_are_written_and_none_equals_one_of_the_data()
    {
        Run(new GenerateStage(PerQuery: 5, NewQueries: 40));
        var made = PairStore.ReadQueries(workspace.Pairs);
        Assert.Equal(40, made.Count);
        Assert.Equal("g2", made[0].Id); // g1 is taken
        var known = DatasetFiles.Read(workspace.Data).Queries.Select(query => QueryKey.Of(query.Text));
        Assert.Empty(made.Select(query => QueryKey.Of(query.Text)).Intersect(known));
        Assert.Equal(43, Pairs().Select(pair => pair.QueryId).Distinct().Count());
    }

    [Fact]
    public void The_quality_report_counts_what_was_written()
    {
        Run(new GenerateStage(PerQuery: 20));
        var pairs = Pairs();
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Pairs, PairStore.Quality)))!;
        Assert.Equal(3, (int)report["queries"]!);
        Assert.Equal(1, (int)report["leakedQueriesDropped"]!);
        Assert.Equal(pairs.Count, (int)report["pairs"]!);
        Assert.Equal(pairs.DistinctBy(pair => pair.ProductId).Count() / 200.0, (double)report["productsCovered"]!, 9);
        Assert.Equal(pairs.Count(pair => pair.QueryId == "q1" && pair.ProductId is "p0" or "p1"), (int)report["alreadyJudged"]!);
        foreach (string source in PairSources.All)
            Assert.Equal(pairs.Count(pair => pair.Source == source), (int)report["pairsBySource"]![source]!);
    }

    [Fact]
    public void The_seed_decides_and_the_number_of_threads_does_not()
    {
        string Written(ulong seed, int threads)
        {
            Run(new GenerateStage(NewQueries: 20), seed, threads);
            return string.Concat(Directory.GetFiles(workspace.Pairs).Order().Select(File.ReadAllText));
        }
        string once = Written(1, 1);
        Assert.Equal(once, Written(1, 2));
        Assert.NotEqual(once, Written(2, 1));
    }

    [Theory]
    [InlineData(0, 0.4)]
    [InlineData(30, 0.5)]
    [InlineData(30, double.NaN)]
    public void Options_that_make_no_sense_are_refused_before_anything_is_written(int perQuery, double topShare)
    {
        Assert.Throws<InputException>(() => Run(new GenerateStage(perQuery, topShare)));
        Assert.False(Directory.Exists(workspace.Pairs));
    }

    [Fact]
    public void A_cancelled_run_leaves_no_half_written_pairs()
    {
        var cancelled = new StageContext(workspace, 1, 2, new Silence(), TimeProvider.System, new CancellationToken(canceled: true));
        Assert.ThrowsAny<OperationCanceledException>(() => new GenerateStage().Run(cancelled));
        Assert.False(File.Exists(Path.Combine(workspace.Pairs, PairStore.Pairs)));
        Assert.Empty(Directory.GetFiles(workspace.Pairs, "*.tmp"));
    }

    sealed class Silence : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "") { }
        public void Note(string line) { }
    }
}
