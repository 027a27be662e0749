using Attar.Evaluation;

namespace Attar.Experiments.Scaling;

/// <summary>Students that differ in their seed alone.</summary>
/// <param name="Pairs">Labels they learned from; null for those of the human judgments.</param>
sealed record ScalingPoint(string Name, long? Pairs, IReadOnlyList<SystemScores> Seeds, int Resamples, ulong ResamplingSeed)
{
    /// <summary>The mean of the seeds.</summary>
    public SystemScores Mean { get; } = SystemScores.Mean(Name, Seeds, Resamples, ResamplingSeed);
}

/// <param name="Others">BM25 and the teacher.</param>
/// <param name="Points">Students of the human judgments first, where there are any, then by their number of labels.</param>
/// <param name="Metric">The metric that verdicts are about.</param>
sealed record ScalingCurve(IReadOnlyList<SystemScores> Others, IReadOnlyList<ScalingPoint> Points, string Metric)
{
    ScalingPoint Most => Points[^1];

    public IEnumerable<SystemScores> Systems => [.. Others, .. Points.Select(point => point.Mean)];

    /// <summary>Each size against the one before it, and the largest against everything else.</summary>
    public IEnumerable<Comparison> Compare(int resamples, ulong seed)
    {
        ScalingPoint[] sizes = [.. Points.Where(point => point.Pairs != null)];
        IEnumerable<(SystemScores A, SystemScores B)> steps = sizes.Zip(sizes.Skip(1), (before, after) => (after.Mean, before.Mean));
        IEnumerable<(SystemScores A, SystemScores B)> most = Systems.Where(system => system.Name != Most.Name).Select(other => (Most.Mean, other));
        return steps.Concat(most).DistinctBy(pair => (pair.A.Name, pair.B.Name)).SelectMany(pair => pair.A.Against(pair.B, resamples, seed));
    }

    /// <summary>What the largest student shows against the smallest, the teacher, the judgments alone and BM25, in words.</summary>
    public IEnumerable<string> Verdicts(IReadOnlyList<Comparison> comparisons)
    {
        string smallest = Points.First(point => point.Pairs != null).Name;
        foreach (string other in (string[])[smallest, "teacher", "student-human", Retrieval.Rerankers.Bm25])
            if (comparisons.FirstOrDefault(c => c.A == Most.Name && c.B == other && c.Metric == Metric) is { } comparison)
                yield return Evaluation.Report.Verdicts.InWords(comparison);
    }
}
