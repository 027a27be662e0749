using Attar.Data;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Evaluation.Report;

/// <summary>Scores the judged products of a split with every system, and measures and compares the rankings.</summary>
/// <param name="load">The reranker that a system is; disposed after use when it can be.</param>
public sealed class Evaluator(Dataset dataset, EvaluateStage stage, Func<NamedSystem, IReranker> load, StageContext context)
{
    public List<JudgedQuery> Queries { get; } = JudgedQuery.Of(dataset, stage.Measuring.Queries, stage.Measuring.Truth);
    public List<SystemScores> Systems { get; } = [];

    /// <summary>Writes <c>runs/NAME.run</c> and <c>runs/SPLIT.qrels</c> on the way.</summary>
    /// <exception cref="StageFailedException">when a system returns something other than one finite score per product.</exception>
    public EvaluationResult Run()
    {
        List<string> warnings = [];
        TrecQrels.Write(Path.Combine(context.Workspace.Runs, stage.Split + ".qrels"), Queries);
        foreach (NamedSystem named in stage.Named)
        {
            string name = named.Name;
            SystemScores system = OfMembers(named) ?? Scored(named);
            TrecRun.Write(Path.Combine(context.Workspace.Runs, name + ".run"), name, Queries, system.Scores);
            if (ScoreCollapse.Warning(name, system.Scores) is { } warning)
            {
                warnings.Add(warning);
                context.Progress.Note("warning: " + warning);
            }
            system.Measure(Queries, dataset.Scale, stage.Resamples, stage.PooledResamples, context.Seed);
            Systems.Add(system);
        }

        SameOrder[] orders = [.. SameOrder.Of([.. stage.Named.Zip(Systems)])];
        foreach (SameOrder order in orders) context.Progress.Note($"evaluate: {order.Line}");
        return new EvaluationResult(
            stage.Split, stage.Against, Ndcg.Variant(dataset.Scale), QueryCounts.Of(Queries),
            [.. Systems.Select(system => system.Result)], [.. Compare()], warnings,
            context.Threads, context.Seed, stage.Resamples, orders);
    }

    SystemScores Scored(NamedSystem named)
    {
        IReranker reranker = load(named);
        using var owned = reranker as IDisposable;
        float[][] scores = ScoreAll(named.Name, reranker, Queries, context);
        return new(named.Name, scores) { LatencyMilliseconds = named.IsRun ? null : Latency.MedianMilliseconds(reranker, Queries, dataset.Products, context) };
    }

    /// <summary>The mean of systems that were measured before it, with the same scores as of loading them again; null where one was not.</summary>
    SystemScores? OfMembers(NamedSystem named)
    {
        string[] members = named.IsRun ? [] : named.Members(context.Workspace);
        if (members.Length < 2 || stage.PairTemplates is not null) return null;
        SystemScores?[] measured = [.. members.Select(member => stage.Named.Zip(Systems).FirstOrDefault(entry => entry.First.Source == member && !entry.First.IsRun).Second)];
        if (measured.Contains(null)) return null;
        return new(named.Name, [.. Queries.Select((_, q) => MeanReranker.Mean([.. measured.Select(member => member!.Scores[q])]))]) { LatencyMilliseconds = measured.Sum(member => member!.LatencyMilliseconds) };
    }

    /// <summary>What a reranker says of every judged product.</summary>
    /// <exception cref="StageFailedException">when it returns something other than one finite score per product.</exception>
    internal static float[][] ScoreAll(string name, IReranker reranker, IReadOnlyList<JudgedQuery> queries, StageContext context)
    {
        var scores = new float[queries.Count][];
        for (int q = 0; q < scores.Length; q++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            JudgedQuery query = queries[q];
            scores[q] = reranker.Score(query.Query.Text, query.Products);
            if (scores[q].Length != query.Products.Length || scores[q].Any(score => !float.IsFinite(score)))
                throw new StageFailedException($"{name} did not give every product of query {query.Query.Id} a finite score; its training diverged or its files are damaged: train it again");
            context.Progress.Report($"evaluate {name}", q + 1, scores.Length);
        }
        return scores;
    }

    /// <summary>Each system against the one before it, and the student against every other.</summary>
    IEnumerable<Comparison> Compare()
    {
        var pairs = Systems.Zip(Systems.Skip(1), (before, after) => (A: after, B: before)).ToList();
        if (Systems.Find(system => system.Name == "student") is { } student)
            pairs.AddRange(Systems.Where(system => system != student).Select(other => (student, other)));
        return pairs.Distinct().SelectMany(pair => pair.A.Against(pair.B, stage.Resamples, context.Seed));
    }
}
