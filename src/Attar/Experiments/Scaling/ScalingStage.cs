using Attar.Data;
using Attar.Distillation;
using Attar.Evaluation;
using Attar.Recipes;
using Attar.Retrieval;

namespace Attar.Experiments.Scaling;

/// <summary>
/// The paper's claim as a curve: students from more and more of the teacher's labels, several seeds each, beside the teacher, students of the
/// human judgments alone, and BM25. Writes <c>scaling/</c>, a student a folder, and <c>report/metrics.json</c> and <c>report/index.html</c>.
/// </summary>
/// <param name="Pairs">How many labels the students learn from; a larger number holds the labels of every smaller one.</param>
/// <param name="Seeds">Of the students; figures are means over them, query by query. One seed shows nothing about training again.</param>
/// <param name="Student">How a student is trained.</param>
/// <param name="Human">How one is trained from the judgments alone; null leaves it out.</param>
/// <param name="Lines">Figures of systems measured elsewhere, to be drawn beside the curve: by name, then by metric.</param>
/// <param name="Metric">The metric that verdicts are about, named before the run.</param>
public sealed record ScalingStage(
    long[] Pairs,
    ulong[]? Seeds = null,
    DistillStage? Student = null,
    DistillStage? Human = null,
    Dictionary<string, Dictionary<string, double>>? Lines = null,
    string Metric = "ndcg@5",
    string Split = "test",
    string Against = "judgments",
    int Resamples = 10_000,
    int PooledResamples = 1_000) : Stage
{
    internal ulong[] EachSeed => Seeds ?? [1, 2, 3];

    EvaluateStage Evaluation => new(Against: Against, Split: Split, Resamples: Resamples, PooledResamples: PooledResamples);

    public override string Title => "scaling";

    /// <summary>The students, as stages of their own: what is trained is not trained again when a size or a seed is added.</summary>
    /// <exception cref="InputException">for a curve of less than two points, or a metric nobody knows.</exception>
    public override IEnumerable<Stage> Before
    {
        get
        {
            Check();
            return from system in Students
                   from seed in EachSeed
                   select system.Stage with { Student = Folder(system.Name, seed), Seed = seed };
        }
    }

    IEnumerable<(string Name, DistillStage Stage)> Students =>
    [
        .. Human is null ? [] : ((string, DistillStage)[])[("student-human", Human with { Learn = TargetSource.Judgments })],
        .. Pairs.Order().Distinct().Select(pairs => ($"student-{pairs}", (Student ?? new DistillStage()) with { Pairs = pairs })),
    ];

    static string Folder(string system, ulong seed) => $"scaling/{system}-seed{seed}";

    public override IEnumerable<string> Inputs(Workspace workspace) => [workspace.Data, workspace.Teacher, .. Before.OfType<DistillStage>().Select(stage => workspace.Model(stage.Student))];

    public override IEnumerable<string> Outputs(Workspace workspace) => [Path.Combine(workspace.Report, "metrics.json"), Path.Combine(workspace.Report, "index.html")];

    public override void Run(StageContext context)
    {
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        List<JudgedQuery> queries = JudgedQuery.Of(dataset, Evaluation.ParsedSplit, Evaluation.AgainstTruth);

        SystemScores Measured(string name, string folder)
        {
            IReranker reranker = Rerankers.Load(context.Workspace, dataset.Products, folder, context.Threads);
            using var owned = reranker as IDisposable;
            var system = new SystemScores(name, Evaluator.ScoreAll(name, reranker, queries, context));
            system.Measure(queries, dataset.Scale, Resamples, PooledResamples, context.Seed);
            return system;
        }

        List<ScalingPoint> points = [.. Students.Select(student => new ScalingPoint(
            student.Name, student.Stage.Pairs, [.. EachSeed.Select(seed => Measured($"{student.Name}, seed {seed}", Folder(student.Name, seed)))], Resamples, context.Seed))];
        var curve = new ScalingCurve([Measured(Rerankers.Bm25, Rerankers.Bm25), Measured("teacher", "teacher")], points, Metric);
        int counted = queries.Count(query => Ndcg.Counts(query.Gains));
        var result = new EvaluationResult(
            Split, Against, Ndcg.Variant(dataset.Scale),
            new QueryCounts(counted, queries.Count - counted, queries.Count(query => query.Ratings.Distinct().Skip(1).Any()), queries.Sum(query => query.Products.Length)),
            [.. curve.Systems.Select(system => system.Result)], [.. curve.Compare(Resamples, context.Seed)], [], null, context.Threads, context.Seed, Resamples);
        MetricsFile.Write(Path.Combine(context.Workspace.Report, "metrics.json"), result);
        ScalingPage.Write(Path.Combine(context.Workspace.Report, "index.html"), curve, result, Lines ?? []);
        foreach (string verdict in curve.Verdicts(result.Comparisons)) context.Progress.Note(verdict);
    }

    void Check()
    {
        if (Pairs.Distinct().Count() < 2) throw new InputException("scaling.pairs", $"{string.Join(", ", Pairs)}; expected two or more sizes, for one makes no curve; correct the recipe");
        if (Pairs.Any(pairs => pairs < 1)) throw new InputException("scaling.pairs", $"{Pairs.Min()}; expected numbers of labels from 1; correct the recipe");
        if (EachSeed.Length == 0 || EachSeed.Distinct().Count() < EachSeed.Length) throw new InputException("scaling.seeds", $"{string.Join(", ", EachSeed)}; expected one or more seeds, each once; correct the recipe");
        if (Metrics.All.All(metric => metric.Name != Metric)) throw new InputException("scaling.metric", $"'{Metric}'; expected one of {string.Join(", ", Metrics.All.Select(metric => metric.Name))}; correct the recipe");
    }
}
