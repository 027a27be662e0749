using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>Measures any number of models on one split, and lays down the figures.</summary>
sealed class Measurement
{
    readonly Measuring options;
    readonly Dataset dataset;
    readonly List<JudgedQuery> queries;

    public Measurement(Measuring options, StageContext context)
    {
        (this.options, Context) = (options, context);
        dataset = DatasetFiles.Read(context.Workspace.Data);
        queries = JudgedQuery.Of(dataset, options.Queries, options.Truth);
    }

    public StageContext Context { get; }

    public string Page => Path.Combine(Context.Workspace.Report, "index.html");

    /// <param name="source">As in <see cref="NamedSystem"/>.</param>
    public SystemScores Of(string name, string source) => Of(new NamedSystem(name, source));

    public SystemScores Of(NamedSystem named)
    {
        string name = named.Name;
        IReranker reranker = named.Load(Context.Workspace, dataset, Context.Threads);
        using var owned = reranker as IDisposable;
        var system = new SystemScores(name, Evaluator.ScoreAll(name, reranker, queries, Context));
        system.Measure(queries, dataset.Scale, options.Resamples, options.PooledResamples, Context.Seed);
        return system;
    }

    /// <summary>Compares two systems, metric by metric.</summary>
    public IEnumerable<Comparison> Compare(SystemScores a, SystemScores b) => a.Against(b, options.Resamples, Context.Seed);

    /// <summary>Writes <c>report/metrics.json</c>.</summary>
    public EvaluationResult Write(IEnumerable<SystemScores> systems, IEnumerable<Comparison> comparisons)
    {
        var result = new EvaluationResult(
            options.Split, options.Against, Ndcg.Variant(dataset.Scale), QueryCounts.Of(queries),
            [.. systems.Select(system => system.Result)], [.. comparisons], [], Context.Threads, Context.Seed, options.Resamples);
        MetricsFile.Write(Context.Workspace.Metrics, result);
        return result;
    }
}
