using Attar.Data;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Evaluation.Report;

/// <summary>Measures the systems on a split and compares them: <c>runs/*.run</c>, <c>report/metrics.json</c>, <c>report/index.html</c>.</summary>
/// <param name="Systems">Names of rerankers in the order of the report, baseline first; null stands for bm25, teacher, student-human, student. See <see cref="NamedSystem"/>.</param>
/// <param name="Against"><c>judgments</c> (raters' verdicts) or <c>truth</c> (a generated shop's true grades).</param>
/// <param name="Split"><c>test</c>, <c>dev</c> or <c>train</c>; <c>all</c> where no judgment was learnt from. Choose on dev; look at test once.</param>
/// <param name="Resamples">Of the bootstrap and the randomization test for metrics per query; 10,000 settle the third digit of an interval's end.</param>
/// <param name="PooledResamples">Of the bootstrap for metrics over all pairs, where each resample costs a pass over them.</param>
public sealed record EvaluateStage(string[]? Systems = null, string Against = "judgments", string Split = "test", int Resamples = 10_000, int PooledResamples = 1_000) : Stage
{
    public override string Title => "evaluate";

    internal NamedSystem[] Named => NamedSystem.ParseAll(Systems ?? [Rerankers.Bm25, "teacher", "student-human", "student"]);

    /// <summary>Null: all queries.</summary>
    internal Split? ParsedSplit => Split switch
    {
        "test" => Data.Split.Test,
        "dev" => Data.Split.Dev,
        "train" => Data.Split.Train,
        "all" => null,
        _ => throw new InputException("split", $"expected test, dev, train or all, found '{Split}'"),
    };

    internal bool AgainstTruth => Against switch
    {
        "truth" => true,
        "judgments" => false,
        _ => throw new InputException("against", $"expected judgments or truth, found '{Against}'"),
    };

    public override IEnumerable<string> Inputs(Workspace workspace) =>
        [workspace.Data, .. Named.SelectMany(system => system.Inputs(workspace)).Distinct()];

    public override IEnumerable<string> Outputs(Workspace workspace) =>
    [
        .. Named.Select(system => Path.Combine(workspace.Runs, system.Name + ".run")), Path.Combine(workspace.Runs, Split + ".qrels"),
        workspace.Metrics, Path.Combine(workspace.Report, "index.html"),
    ];

    public override void Run(StageContext context)
    {
        Dataset dataset = DatasetFiles.Read(context.Workspace.Data);
        Run(context, dataset, system => system.Load(context.Workspace, dataset, context.Threads));
    }

    /// <summary>Everything but loading: scores, measures, writes the runs, the metrics and the page.</summary>
    public EvaluationResult Run(StageContext context, Dataset dataset, Func<NamedSystem, IReranker> load)
    {
        if (Named.Length == 0) throw new InputException("systems", "expected at least one system, as bm25");
        if (Math.Min(Resamples, PooledResamples) < 100) throw new InputException("resamples", $"expected 100 or more, found {Math.Min(Resamples, PooledResamples)}; fewer give no interval");
        var evaluator = new Evaluator(dataset, this, load, context);
        EvaluationResult result = evaluator.Run();
        MetricsFile.Write(context.Workspace.Metrics, result);
        ReportPage.Write(Path.Combine(context.Workspace.Report, "index.html"), result, evaluator.Queries, evaluator.Systems, dataset.Scale, TrainingCurve.ReadAll(context.Workspace.Root));
        return result;
    }
}
