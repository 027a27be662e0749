using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Studies;
using Attar.Workspaces;

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
        Assert.Equal(3, (int)report["queriesBySource"]!["log"]!);
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
    [InlineData(0, 0.3)]
    [InlineData(30, 0.5)]
    [InlineData(30, double.NaN)]
    public void Options_that_make_no_sense_are_refused_before_anything_is_written(int perQuery, double topShare)
    {
        Assert.Throws<InputException>(() => Run(new GenerateStage(perQuery, topShare)));
        Assert.False(Directory.Exists(workspace.Pairs));
    }

    [Fact]
    public void Options_that_lack_what_they_need_are_refused_before_anything_is_written()
    {
        GenerateStage[] stages =
        [
            new(TopShare: .1, BehaviourShare: .2), new(TopShare: .1, ModelShare: .2), new(Select: Select.Uncertainty), new(Select: Select.Uncertainty, Model: "bm25"), new(Select: Select.Coverage, Pool: 1),
            new(PartShare: .6, MisspeltShare: .6), new(NearDuplicates: 1.5), new(LeakSimilarity: 0), new(Log: new LogQuota(0)), new(Log: new LogQuota(5, Head: .9)),
        ];
        Assert.All(stages, stage => Assert.Throws<InputException>(() => Run(stage)));
        Assert.False(Directory.Exists(workspace.Pairs));
    }

    /// <summary>Replaces the shop's products and queries.</summary>
    void Plant(Func<Dataset, Dataset> change) => DatasetFiles.Write(workspace.Data, change(DatasetFiles.Read(workspace.Data)));

    JsonNode Quality() => JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Pairs, PairStore.Quality)))!;

    [Fact]
    public void A_planted_query_that_nearly_repeats_one_of_the_test_gets_no_candidates()
    {
        Plant(data => data with { Queries = [.. data.Queries, new("q6", "lamp, white"), new("q7", "blue brick number 12")] });
        Run(new GenerateStage(PerQuery: 5));
        Assert.Equal(["q1", "q5", "g1", "q7"], Pairs().Select(pair => pair.QueryId).Distinct());
        Assert.Equal(1, (int)Quality()["nearlyLeakedQueriesDropped"]!);
    }

    [Fact]
    public void New_queries_never_repeat_nor_nearly_repeat_one_of_dev_or_test()
    {
        Plant(data => data with
        {
            Queries = [new("q1", "red drill number"), .. data.Products.Select(product => new Query("t" + product.Id, product.Title + "s"))],
            Judgments = [],
            Splits = data.Products.ToDictionary(product => "t" + product.Id, product => Split.Test),
        });
        Run(new GenerateStage(PerQuery: 2, NewQueries: 150, PartShare: .2, MisspeltShare: .2));
        var heldOut = new HeldOutQueries(DatasetFiles.Read(workspace.Data), .8);
        Assert.True((int)Quality()["nearlyLeakedQueriesDropped"]! > 0); // "oak drill number 4" of "oak drill number 4s"
        Assert.DoesNotContain(PairStore.ReadQueries(workspace.Pairs), query => heldOut.Has(query.Text) || heldOut.Nearly(query.Text));
    }

    [Fact]
    public void Parts_and_misspellings_of_the_log_are_written_as_often_as_asked()
    {
        Plant(data => data with { Queries = [.. Enumerable.Range(0, 300).Select(i => new Query($"l{i}", $"zq{i} wide bookcase"))], Judgments = [], Splits = new Dictionary<string, Split>() });
        Run(new GenerateStage(PerQuery: 2, NewQueries: 100, PartShare: .3, MisspeltShare: .4));
        string[] made = [.. PairStore.ReadQueries(workspace.Pairs).Select(query => query.Text)];
        string[] ofLog = [.. made.Where(text => text.Contains("zq") || text.Contains("wide"))];
        Assert.InRange(ofLog.Count(text => text.Split(' ').Length == 2), 15, 45);
        Assert.InRange(ofLog.Count(text => text.Split(' ').Length == 3), 25, 55);
        var sources = PairStore.ReadQueries(workspace.Pairs).CountBy(query => query.Source!).ToDictionary();
        Assert.Equal(100, sources.Values.Sum());
        Assert.InRange(sources["part"], 15, 45);
        Assert.InRange(sources["misspelt"], 25, 55);
        Assert.All(Pairs().Where(pair => pair.QueryId.StartsWith('g')), pair => Assert.Contains(pair.QuerySource, sources.Keys));
        Assert.Equal(sources["misspelt"], (int)Quality()["queriesBySource"]!["misspelt"]!);
    }

    [Fact]
    public void Planted_near_duplicates_are_kept_once_of_a_query_where_asked()
    {
        Plant(data => data with
        {
            Products = [.. Enumerable.Range(0, 6).Select(i => new Product($"d{i}", $"Acme hammer drill with two long batteries and one charger for concrete, {(i < 3 ? "model " + i : "other thing " + i)}")), .. data.Products],
            Queries = [new("q1", "hammer drill charger"), new("q2", "charger hammer drill"), new("q9", "brick number")],
            Judgments = [],
            Splits = new Dictionary<string, Split>(),
        });
        Run(new GenerateStage(PerQuery: 20, TopShare: 1, MiddleShare: 0, DeepShare: 0, CategoryShare: 0, RandomShare: 0, BrandShare: 0, SwapShare: 0));
        Assert.Equal(6, Pairs().Count(pair => pair.QueryId == "q1" && pair.ProductId.StartsWith('d')));
        Run(new GenerateStage(PerQuery: 20, TopShare: 1, MiddleShare: 0, DeepShare: 0, CategoryShare: 0, RandomShare: 0, BrandShare: 0, SwapShare: 0, NearDuplicates: .75));
        Assert.Equal(2, Pairs().Count(pair => pair.QueryId == "q1" && pair.ProductId.StartsWith('d')));
        Assert.Equal(["q1", "q9"], Pairs().Select(pair => pair.QueryId).Distinct()); // q2 says the same in another order
        Assert.Equal(1, (int)Quality()["nearDuplicateQueriesDropped"]!);
        Assert.True((int)Quality()["nearDuplicatesRemoved"]! >= 4);
    }

    [Fact]
    public void A_category_that_chance_leaves_out_is_covered_where_asked()
    {
        Plant(data => data with { Products = [.. data.Products, new("rare", "umbrella stand", Category: "hall")] });
        Run(new GenerateStage(PerQuery: 5));
        Assert.DoesNotContain(Pairs(), pair => pair.ProductId == "rare");
        Run(new GenerateStage(PerQuery: 10, Cover: Cover.Category));
        Assert.Contains(Pairs(), pair => pair.ProductId == "rare");
    }

    [Fact]
    public void A_pool_is_narrowed_to_the_budget_by_categories_where_asked()
    {
        Run(new GenerateStage(PerQuery: 4, Select: Select.Coverage, Pool: 10));
        var categories = DatasetFiles.Read(workspace.Data).Products.ToDictionary(product => product.Id, product => product.Category);
        Assert.All(Pairs().GroupBy(pair => pair.QueryId), query => Assert.Equal(4, query.DistinctBy(pair => categories[pair.ProductId]).Count()));
    }

    [Fact]
    public void A_model_of_the_workspace_gives_its_own_top_results_and_says_where_it_is_unsure()
    {
        RandomModel.Write(workspace.Student, new EncoderConfig(0, 16, 1, 2, 32, MaxPositions: 32), new WordPieceTokenizer([.. SpecialTokens.All, "red", "drill", "brick", "oak", "white", "blue", "number"]), 1);
        GenerateStage round = new(PerQuery: 10, TopShare: .1, ModelShare: .2);
        Assert.Contains(workspace.Student, round.Inputs(workspace));
        Assert.DoesNotContain(workspace.Student, new GenerateStage().Inputs(workspace));
        Run(round);
        Assert.All(Pairs().GroupBy(pair => pair.QueryId), query => Assert.Equal(2, query.Count(pair => pair.Source == PairSources.Model)));
        string once = File.ReadAllText(Path.Combine(workspace.Pairs, PairStore.Pairs));
        Run(round, threads: 1);
        Assert.Equal(once, File.ReadAllText(Path.Combine(workspace.Pairs, PairStore.Pairs)));

        Run(new GenerateStage(PerQuery: 6, Select: Select.Uncertainty));
        Assert.All(Pairs().CountBy(pair => pair.QueryId), query => Assert.Equal(6, query.Value));
        Run(new GenerateStage(PerQuery: 6, Select: Select.Disagreement, OtherModel: "bm25"));
        Assert.All(Pairs().CountBy(pair => pair.QueryId), query => Assert.Equal(6, query.Value));
    }

    static readonly GenerateStage modelAlone = new(PerQuery: 6, TopShare: 0, MiddleShare: 0, DeepShare: 0, CategoryShare: 0, RandomShare: 0, BrandShare: 0, SwapShare: 0, ModelShare: 1, Round: 2);

    [Fact]
    public void A_second_round_keeps_the_first_and_adds_what_the_model_puts_on_top_of_the_rest()
    {
        RandomModel.Write(workspace.Student, new EncoderConfig(0, 16, 1, 2, 32, MaxPositions: 32), new WordPieceTokenizer([.. SpecialTokens.All, "red", "drill", "brick", "oak", "white", "blue", "number"]), 1);
        Run(new GenerateStage(PerQuery: 10, NewQueries: 5));
        List<CandidatePair> first = Pairs();
        GenerateStage second = modelAlone with { NewQueries = 3 };
        Assert.Contains(workspace.Pairs, second.Inputs(workspace));
        Assert.Equal("generate round 2", second.Title);
        Run(second);
        Assert.Equal(first, Pairs()); // the first round's stay where they are

        List<CandidatePair> both = [.. PairStore.Read(workspace.Round(2).Pairs)];
        Assert.Equal(both.Count, both.DistinctBy(pair => (pair.QueryId, pair.ProductId)).Count());
        Assert.Empty(first.Except(both));
        Assert.All(first.GroupBy(pair => pair.QueryId), query => Assert.Equal(16, both.Count(pair => pair.QueryId == query.Key)));
        Assert.All(both.Except(first).Where(pair => first.Any(old => old.QueryId == pair.QueryId)), pair => Assert.Equal(PairSources.Model, pair.Source));
        Assert.Equal(both.Select(pair => pair.QueryId).Distinct().Count(), both.Zip(both.Skip(1)).Count(two => two.First.QueryId != two.Second.QueryId) + 1); // a query's pairs together
        var made = PairStore.ReadQueries(workspace.Round(2).Pairs);
        Assert.Equal(PairStore.ReadQueries(workspace.Pairs), made.Take(5));
        Assert.Equal(8, made.DistinctBy(query => QueryKey.Of(query.Text)).Count());
        Assert.All(made.Skip(5), query => Assert.Equal(6, both.Count(pair => pair.QueryId == query.Id)));
    }

    [Fact]
    public void Queries_that_a_round_does_not_ask_for_keep_what_they_have()
    {
        Run(new GenerateStage(PerQuery: 4));
        Run(new GenerateStage(PerQuery: 3, Log: new LogQuota(1), Round: 2));
        var counts = PairStore.Read(workspace.Round(2).Pairs).CountBy(pair => pair.QueryId).ToDictionary();
        Assert.Equal([4, 4, 7], counts.Values.Order());
        Assert.All(PairStore.Read(workspace.Round(2).Pairs), pair => Assert.Equal("log", pair.QuerySource)); // as the round before had it
    }

    [Fact]
    public void A_round_without_the_one_before_is_refused()
    {
        var error = Assert.Throws<InputException>(() => Run(new GenerateStage(Round: 2)));
        Assert.Contains("pairs", error.Faults[0].Where);
        Assert.Throws<InputException>(() => Run(new GenerateStage(Round: 0)));
    }

    [Fact]
    public void What_shoppers_wanted_is_paired_with_their_reason()
    {
        string events = Path.Combine(workspace.Root, "ubi.ndjson");
        File.WriteAllText(events, """
            {"query_id":"1","user_query":"red drill"}
            {"action_name":"click","query_id":"1","event_attributes":{"object":{"object_id":"p123"}}}
            {"action_name":"click","user_query":"white lamp","event_attributes":{"object":{"object_id":"p7"}}}

            """);
        Run(new GenerateStage(PerQuery: 10, TopShare: .1, BehaviourShare: .2, Events: events));
        Assert.Equal([new CandidatePair("q1", "p123", PairSources.Behaviour, "head")], Pairs().Where(pair => pair.Source == PairSources.Behaviour)); // not the test query's
    }

    [Fact]
    public void A_part_of_the_log_is_taken_where_asked()
    {
        Run(new GenerateStage(PerQuery: 5, Log: new LogQuota(2, Head: .5, Torso: 0, Tail: .5)));
        Assert.Equal(2, Pairs().Select(pair => pair.QueryId).Distinct().Count());
        Assert.Equal(1, (int)Quality()["queriesBySource"]!["head"]!);
        Assert.Equal(["head", "tail"], Pairs().Select(pair => pair.QuerySource).Distinct());
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
