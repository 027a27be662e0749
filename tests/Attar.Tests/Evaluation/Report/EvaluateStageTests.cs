using System.Text.Json;
using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Tests.Evaluation.Report;

public sealed class EvaluateStageTests : IDisposable
{
    static readonly EvaluateStage Quick = new(Resamples: 1000, PooledResamples: 200);

    readonly MadeUp.Folder folder = new();
    readonly Dataset shop = MadeUp.Shop(100);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_better_system_is_shown_to_be_better_and_everything_is_written()
    {
        EvaluationResult result = Run(Quick, Blurred);

        Assert.Equal(["bm25", "teacher", "student-human", "student"], result.Systems.Select(system => system.Name));
        Comparison comparison = result.Comparisons.Single(c => c is { A: "student", B: "bm25", Metric: "ndcg@5" });
        Assert.Equal(Comparison.Better, comparison.Verdict);
        Assert.True(comparison.P < .01, $"{comparison}");
        Assert.True(result.Systems[3].Metrics["auc"].Value > result.Systems[0].Metrics["auc"].Value);
        Assert.All(result.Systems, system => Assert.True(system.LatencyMilliseconds >= 0));
        Assert.Equal(result.Systems[3].LatencyMilliseconds, result.LatencyMilliseconds);
        Assert.All(Quick.Outputs(new Workspace(folder.Root)), path => Assert.True(File.Exists(path), path));
        Assert.Contains("student beats bm25: shown on NDCG@5", File.ReadAllText(Path.Combine(folder.Root, "report", "index.html")));
    }

    [Fact]
    public void What_an_evaluation_left_is_read_back_as_it_was()
    {
        DatasetFiles.Write(folder.At("data"), shop);
        var workspace = new Workspace(folder.Root);
        EvaluationResult result = Run(Quick, Blurred), read = MetricsFile.Read(workspace.Metrics);
        Assert.Equal(result.Systems.SelectMany(system => system.Metrics.Values), read.Systems.SelectMany(system => system.Metrics.Values));
        Assert.Equal(result.Systems.Select(system => system.LatencyMilliseconds), read.Systems.Select(system => system.LatencyMilliseconds));
        Assert.Equal(result.Comparisons, read.Comparisons);
        Assert.Equal((result.Split, result.Against, result.Variant, result.Queries, result.LatencyMilliseconds), (read.Split, read.Against, read.Variant, read.Queries, read.LatencyMilliseconds));

        KeptEvaluation kept = KeptEvaluation.Read(workspace, read, shop.Products.Skip(1).ToDictionary(product => product.Id));
        foreach (SystemScores system in kept.Systems)
        {
            system.Measure(kept.Queries, kept.Scale, Quick.Resamples, Quick.PooledResamples, 7);
            Assert.Equal(read.Systems.First(one => one.Name == system.Name).Metrics["ndcg@5"], system.Result.Metrics["ndcg@5"]); // every ranking and rating, and its interval
        }
        Assert.Equal(4, kept.Systems.Count);
        Assert.All(kept.Queries.SelectMany(query => query.Products).Where(product => product.Id == shop.Products[0].Id), gone => Assert.Equal(gone.Id, gone.Title));
    }

    [Theory, InlineData(""), InlineData("{}"), InlineData("null"), InlineData("""{"queries":{"counted":"many"}}"""), InlineData("""{"split":"test","against":"x","variant":"y","queries":{"counted":1,"left_out":0,"with_pairs":1,"pairs":2},"systems":[{"name":"a","ndcg@5":1,"ci":{"ndcg@5":[1]}}]}""")]
    public void Figures_that_are_none_are_refused_in_a_line(string content)
    {
        folder.Write("report/metrics.json", content);
        Assert.Contains("damaged: expected the figures that attar evaluate writes", Assert.Throws<InputException>(() => MetricsFile.Read(folder.At("report/metrics.json"))).Message);
    }

    [Fact]
    public void Bm25_is_evaluated_from_the_files_of_a_workspace()
    {
        DatasetFiles.Write(folder.At("data"), shop);
        Run(Quick with { Systems = ["bm25"] });
        Assert.Equal(80 * 8, TrecRun.Read(folder.At("runs/bm25.run")).Count);
        Assert.Contains("no model named 'student'", Assert.Throws<InputException>(() => Run(Quick with { Systems = ["student"] })).Message);

        void Run(EvaluateStage stage) => stage.Run(MadeUp.Context(folder.Root));
    }

    [Fact]
    public void Several_models_count_as_one_by_the_mean_of_their_scores()
    {
        DatasetFiles.Write(folder.At("data"), shop);
        (Quick with { Systems = ["bm25", "twice=bm25+bm25"] }).Run(MadeUp.Context(folder.Root));
        Assert.Equal(File.ReadAllText(folder.At("runs/bm25.run")).Replace(" bm25", ""), File.ReadAllText(folder.At("runs/twice.run")).Replace(" twice", ""));

        var mean = new MeanReranker("mean", [new MadeUp.Answering("a", _ => [1, 5]), new MadeUp.Answering("b", _ => [2, -1])]);
        Assert.Equal([1.5f, 2f], mean.Score("drill", [shop.Products[0], shop.Products[1]]));
        Assert.Contains("no model named 'student'", Assert.Throws<InputException>(() => NamedSystem.Parse("x=bm25+student").Load(new Workspace(folder.Root), shop, 1)).Message);
    }

    [Fact]
    public void A_mean_of_systems_measured_before_it_asks_no_model_again()
    {
        List<string> loaded = [];
        EvaluationResult result = Run(Quick with { Systems = ["bm25", "teacher", "renamed=elsewhere", "both=teacher+elsewhere", "later=teacher+student", "student"] }, name =>
        {
            loaded.Add(name);
            return new MadeUp.Reranker(name, shop, name == "renamed" ? 4 : 1.5);
        });
        Assert.Equal(["bm25", "teacher", "renamed", "later", "student"], loaded);
        Dictionary<(string, string), double> one = Scores("teacher"), other = Scores("renamed"), both = Scores("both");
        Assert.All(both, entry => Assert.Equal((one[entry.Key] + other[entry.Key]) / 2, entry.Value, 1e-5));
        Assert.Equal(result.Systems[1].LatencyMilliseconds + result.Systems[2].LatencyMilliseconds, result.Systems[3].LatencyMilliseconds);
        Assert.NotEqual(result.Systems[1].Metrics["auc"], result.Systems[3].Metrics["auc"]);

        Dictionary<(string, string), double> Scores(string name) => TrecRun.Read(folder.At($"runs/{name}.run")).ToDictionary(line => (line.QueryId, line.ProductId), line => (double)line.Score);
    }

    [Fact]
    public void Neighbours_and_the_student_against_each_are_compared_once()
    {
        EvaluationResult result = Run(Quick, Blurred);
        Assert.Equal(["teacher bm25", "student-human teacher", "student student-human", "student bm25", "student teacher"],
            result.Comparisons.Select(c => $"{c.A} {c.B}").Distinct());
        Assert.Equal(result.Comparisons.Count, result.Comparisons.DistinctBy(c => (c.A, c.B, c.Metric)).Count());
        Assert.DoesNotContain(result.Comparisons, c => c.B == "bm25" && c.Metric == "ece");
    }

    [Fact]
    public void Metrics_json_holds_the_figures_with_their_intervals()
    {
        EvaluationResult result = Run(Quick, Blurred);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Root, "report", "metrics.json")));
        JsonElement root = json.RootElement, bm25 = root.GetProperty("systems")[0], student = root.GetProperty("systems")[3];
        Assert.Equal("test judgments", $"{root.GetProperty("split")} {root.GetProperty("against")}");
        Assert.Equal("gains 0 0.5 1 of the grades, linear between them, discount log2(rank+1), ideal over all judged products, ties by product id", root.GetProperty("variant").GetString());
        Assert.Equal(80, root.GetProperty("queries").GetProperty("counted").GetInt32() + root.GetProperty("queries").GetProperty("left_out").GetInt32());
        Assert.Equal(["name", .. Metrics.All.Select(metric => metric.Name), "latency_ms", "ci"], student.EnumerateObject().Select(property => property.Name));
        Assert.Equal(result.Systems[3].Metrics["ndcg@5"].Value, student.GetProperty("ndcg@5").GetDouble());
        Assert.Equal(result.Systems[3].Metrics["auc"].High, student.GetProperty("ci").GetProperty("auc")[1].GetDouble());
        Assert.Equal(JsonValueKind.Null, bm25.GetProperty("ece").ValueKind);
        Assert.Equal("teacher", root.GetProperty("comparisons")[0].GetProperty("a").GetString());
        Assert.Equal(JsonValueKind.Number, root.GetProperty("latency_ms").ValueKind);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        string[] first = Figures(), second = Figures();
        Assert.Equal(first, second);

        string[] Figures() => [.. Run(Quick with { Systems = ["bm25", "teacher"] }, Blurred).Comparisons.Select(c => c.ToString())];
    }

    [Fact]
    public void The_truth_is_another_yardstick_than_the_raters()
    {
        EvaluateStage stage = Quick with { Systems = ["teacher"] };
        EvaluationResult truth = Run(stage with { Against = "truth" }, name => new MadeUp.Reranker(name, shop, 0));
        EvaluationResult raters = Run(stage, name => new MadeUp.Reranker(name, shop, 0));
        Assert.Equal(1, truth.Systems[0].Metrics["ndcg@5"].Value, 1e-12);
        Assert.True(raters.Systems[0].Metrics["ndcg@5"].Value < 1);
    }

    [Fact]
    public void What_fewer_bits_change_of_an_order_is_told()
    {
        Dataset data = Small(new("q1", "p1", 2), new("q1", "p2", 0), new("q1", "p3", 1), new("q2", "p1", 2), new("q2", "p2", 1));
        EvaluationResult result = Run(Quick with { Systems = ["student", "bm25", "student@int8", "student@bf16", "other@int8"] }, name => new MadeUp.Answering(name, products => [.. products.Select((_, p) => name == "student@int8" && products.Count == 3 ? p % 2 : (float)p)]), data);
        Assert.Equal([new("student@int8", "student", ((1 + .5 + 0) / 3 + 1) / 2), new("student@bf16", "student", 1)], result.Orders!);
        Assert.Equal(result.Orders!, MetricsFile.Read(Path.Combine(folder.Root, "report", "metrics.json")).Orders!);
        Assert.Contains("student@int8 orders 75.0 % of the product pairs of a query as student does.", File.ReadAllText(Path.Combine(folder.Root, "report", "index.html")));
    }

    [Fact]
    public void Queries_that_say_nothing_are_left_out_and_counted()
    {
        Dataset data = Small(new("q1", "p1", 2), new("q1", "p2", 0), new("q2", "p1", 2), new("q3", "p1", 0), new("q3", "p2", 0), new("q4", "p1", 1), new("q4", "p2", 1));
        EvaluationResult result = Run(Quick with { Systems = ["bm25"] }, name => new MadeUp.Answering(name, products => [.. products.Select((_, p) => (float)p)]), data);
        Assert.Equal(new QueryCounts(Counted: 2, LeftOut: 2, WithPairs: 1, Pairs: 7), result.Queries);
    }

    [Fact]
    public void Collapsed_scores_are_said_in_result_report_and_progress()
    {
        var notes = new MadeUp.Notes();
        EvaluationResult result = Run(Quick, name => name == "student" ? new MadeUp.Answering(name, products => new float[products.Count]) : Blurred(name), notes: notes);
        string warning = Assert.Single(result.Warnings);
        Assert.StartsWith("student: scores have collapsed: all products of a query score the same in 80 of 80 queries", warning);
        Assert.Contains("warning: " + warning, notes.Lines);
        Assert.Contains(warning, File.ReadAllText(Path.Combine(folder.Root, "report", "index.html")));
    }

    [Fact]
    public void A_few_queries_of_one_score_are_no_collapse()
    {
        Assert.Null(ScoreCollapse.Warning("bm25", [[0, 0], [1, 2], [3, 4], [5]]));
        Assert.Null(ScoreCollapse.Warning("bm25", [[1], [2]]));
        Assert.NotNull(ScoreCollapse.Warning("bm25", [[0, 0], [1, 1], [3, 4], [5]]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Scores_that_are_no_numbers_fail_the_stage_and_leave_no_report(float score)
    {
        var fault = Assert.Throws<StageFailedException>(() => Run(Quick, name => new MadeUp.Answering(name, products => [.. products.Select((_, p) => p == 3 ? score : p)])));
        Assert.Contains("bm25 did not give every product of query q0000 a finite score", fault.Message);
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "report")));
    }

    [Fact]
    public void Too_few_scores_fail_the_stage() =>
        Assert.Throws<StageFailedException>(() => Run(Quick, name => new MadeUp.Answering(name, _ => [1])));

    [Fact]
    public void Wrong_options_and_missing_truth_are_bad_input()
    {
        Assert.Contains("expected test, dev, train or all, found 'Test'", Assert.Throws<InputException>(() => Run(Quick with { Split = "Test" }, Blurred)).Message);
        Assert.Contains("expected judgments or truth", Assert.Throws<InputException>(() => Run(Quick with { Against = "votes" }, Blurred)).Message);
        Assert.Contains("no judged query is in the dev split", Assert.Throws<InputException>(() => Run(Quick with { Split = "dev" }, Blurred)).Message);
        Assert.Contains("at least one system", Assert.Throws<InputException>(() => Run(Quick with { Systems = [] }, Blurred)).Message);
        Assert.Contains("expected 100 or more, found -1", Assert.Throws<InputException>(() => Run(Quick with { Resamples = -1 }, Blurred)).Message);
        Assert.Contains("no true grade", Assert.Throws<InputException>(() => Run(Quick with { Against = "truth" }, Blurred, Small(new Judgment("q1", "p1", 2)))).Message);
    }

    [Fact]
    public void All_takes_the_queries_of_every_split()
    {
        EvaluationResult all = Run(Quick with { Split = "all" }, Blurred), test = Run(Quick, Blurred), train = Run(Quick with { Split = "train" }, Blurred);
        Assert.Equal(100, all.Queries.Counted + all.Queries.LeftOut);
        Assert.Equal(all.Queries.Pairs, test.Queries.Pairs + train.Queries.Pairs);
        Assert.True(File.Exists(folder.At("runs/all.qrels")));
    }

    [Fact]
    public void A_model_from_elsewhere_is_given_a_name()
    {
        EvaluationResult result = Run(Quick with { Systems = ["bm25", "another shop's=/models/student@int8", "left out="] }, Blurred);
        Assert.Equal(["bm25", "another shop's"], result.Systems.Select(system => system.Name));
        Assert.True(File.Exists(folder.At("runs/another shop's.run")));
        Assert.Equal(new NamedSystem("another shop's", "/models/student@int8"), NamedSystem.Parse("another shop's=/models/student@int8"));
        Assert.Contains("/models/student", (Quick with { Systems = ["a=/models/student@int8"] }).Inputs(new Workspace(folder.Root)));
        Assert.Contains("NAME=FOLDER", Assert.Throws<InputException>(() => Run(Quick with { Systems = ["/models/student"] }, Blurred)).Message);
    }

    [Fact]
    public void Another_systems_run_is_measured_as_it_ranked()
    {
        DatasetFiles.Write(folder.At("data"), shop);
        new EvaluateStage(Systems: ["bm25"], Resamples: 1000, PooledResamples: 200).Run(MadeUp.Context(folder.Root));
        string run = folder.At("theirs.run");
        string[] lines = File.ReadAllLines(folder.At("runs/bm25.run"));
        File.WriteAllLines(run, lines);
        Run($"bm25,theirs={run}");
        EvaluationResult same = Result($"theirs={run}");
        Assert.Equal(Result("bm25").Systems[0].Metrics["ndcg@5"], same.Systems[0].Metrics["ndcg@5"]);

        File.WriteAllLines(run, lines.Where((_, i) => i % 8 < 5)); // products it left out are behind the others
        Assert.Equal(same.Systems[0].Metrics["ndcg@5"], Result($"theirs={run}").Systems[0].Metrics["ndcg@5"]);
        File.WriteAllLines(run, lines.Skip(8)); // a query for which it found nothing
        Assert.True(Result($"theirs={run}").Systems[0].Metrics["ndcg@5"].Value > 0);
        File.WriteAllText(run, "another Q0 p1 1 0.5 theirs\n");
        Assert.Contains("no line of any query", Assert.Throws<InputException>(() => Run($"theirs={run}")).Message);

        void Run(string systems) => Result(systems);
        EvaluationResult Result(string systems)
        {
            var stage = new EvaluateStage(Systems: systems.Split(','), Resamples: 1000, PooledResamples: 200);
            return stage.Run(MadeUp.Context(folder.Root), shop, system => system.Load(new Workspace(folder.Root), shop, 1));
        }
    }

    [Fact]
    public void A_reranker_is_disposed_when_it_has_answered()
    {
        List<MadeUp.Reranker> loaded = [];
        Run(Quick, name =>
        {
            Assert.All(loaded, earlier => Assert.True(earlier.Disposed));
            loaded.Add(new MadeUp.Reranker(name, shop, 1));
            return loaded[^1];
        });
        Assert.True(loaded is [_, _, _, { Disposed: true }]);
    }

    EvaluationResult Run(EvaluateStage stage, Func<string, Attar.Retrieval.IReranker> load, Dataset? data = null, MadeUp.Notes? notes = null) =>
        stage.Run(MadeUp.Context(folder.Root, notes), data ?? shop, system => load(system.Name));

    MadeUp.Reranker Blurred(string name) => new(name, shop, name == "bm25" ? 6 : 1.5);

    static Dataset Small(params Judgment[] judgments) => new(
        MadeUp.Scale, [new("p1", "one"), new("p2", "two"), new("p3", "three")],
        [.. judgments.Select(judgment => judgment.QueryId).Distinct().Select(id => new Query(id, id))], judgments,
        judgments.Select(judgment => judgment.QueryId).Distinct().ToDictionary(id => id, _ => Split.Test));
}
