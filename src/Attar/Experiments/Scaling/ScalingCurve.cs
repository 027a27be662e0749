using Attar.Evaluation;

namespace Attar.Experiments.Scaling;

/// <param name="Others">BM25, the teacher, and what else there is.</param>
/// <param name="Points">Students of the human judgments first, where there are any, then by their number of labels.</param>
/// <param name="Metric">The metric that verdicts are about.</param>
sealed record ScalingCurve(IReadOnlyList<SystemScores> Others, IReadOnlyList<SeedMean> Points, string Metric)
{
    SeedMean Most => Points[^1];

    /// <summary>Points that differ in their number of labels.</summary>
    public IEnumerable<SeedMean> Sizes => Points.Where(point => point.Stage.Learn == Distillation.TargetSource.Labels);

    public IEnumerable<SystemScores> Systems => [.. Others, .. Points.Select(point => point.Mean)];

    /// <summary>Each size against the one before it, and the largest against everything else.</summary>
    public IEnumerable<Comparison> Compare(Measurement measurement)
    {
        IEnumerable<(SystemScores A, SystemScores B)> steps = Sizes.Zip(Sizes.Skip(1), (before, after) => (after.Mean, before.Mean));
        IEnumerable<(SystemScores A, SystemScores B)> most = Systems.Where(system => system.Name != Most.Name).Select(other => (Most.Mean, other));
        return steps.Concat(most).DistinctBy(pair => (pair.A.Name, pair.B.Name)).SelectMany(pair => measurement.Compare(pair.A, pair.B));
    }

    /// <summary>What the largest student shows against the smallest, the judgments alone and the other systems, in words.</summary>
    public IEnumerable<string> Verdicts(IReadOnlyList<Comparison> comparisons)
    {
        foreach (string other in (string[])[Sizes.First().Name, "student-human", .. Others.Select(other => other.Name).Reverse()])
            if (comparisons.FirstOrDefault(c => c.A == Most.Name && c.B == other && c.Metric == Metric) is { } comparison)
                yield return Evaluation.Report.Verdicts.InWords(comparison);
    }
}
