using Attar.Data;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Evaluation.Report;

/// <summary>Measures the systems on a split and compares them: <c>runs/*.run</c>, <c>report/metrics.json</c>, <c>report/index.html</c>.</summary>
/// <param name="Systems">Names of rerankers in the order of the report, baseline first; null stands for bm25, teacher, student-human, student. See <see cref="NamedSystem"/>.</param>
/// <param name="Against">As in <see cref="Evaluation.Measuring"/>, like the three that follow.</param>
/// <param name="PairTemplates">How a system has pairs written, a text with {query} and {product}, by its name; others as their folders say.</param>
public sealed record EvaluateStage(string[]? Systems = null, string Against = Measuring.Judgments, string Split = Measuring.Test, int Resamples = Measuring.OfQueries, int PooledResamples = Measuring.OfPairs, Dictionary<string, string>? PairTemplates = null) : Stage
{
    public override string Title => "evaluate";

    internal NamedSystem[] Named => NamedSystem.ParseAll(Systems ?? [Rerankers.Bm25, "teacher", "student-human", "student"]);

    internal Measuring Measuring => new(Split, Against, Resamples, PooledResamples);

    public override IEnumerable<Fault> Faults()
    {
        if (Named.Length == 0) yield return new("systems", "expected at least one system, as bm25");
        foreach (string name in (PairTemplates ?? []).Keys.Where(name => !Named.Any(system => system.Name == name && !system.IsRun && system.Source != Rerankers.Bm25)))
            yield return new("pairTemplates", $"'{name}' is no model of {string.Join(", ", Named.Select(system => system.Name))}");
        foreach (Fault fault in Measuring.Faults()) yield return fault;
    }

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
        Run(context, dataset, system => system.Load(context.Workspace, dataset, context.Threads, PairTemplates?.GetValueOrDefault(system.Name)));
    }

    /// <summary>Everything but loading: scores, measures, writes the runs, the metrics and the page.</summary>
    public EvaluationResult Run(StageContext context, Dataset dataset, Func<NamedSystem, IReranker> load)
    {
        Check();
        var evaluator = new Evaluator(dataset, this, load, context);
        EvaluationResult result = evaluator.Run();
        MetricsFile.Write(context.Workspace.Metrics, result);
        ReportPage.Write(Path.Combine(context.Workspace.Report, "index.html"), result, evaluator.Queries, evaluator.Systems, dataset.Scale, TrainingCurve.ReadAll(context.Workspace.Root));
        return result;
    }
}
