using Attar.Distillation;
using Attar.Evaluation;

namespace Attar.Studies.Scaling;

/// <param name="Others">BM25, the teacher, and what else there is.</param>
/// <param name="Points">Students of the human judgments first, where there are any, then by their number of labels, then those that went on to the judgments.</param>
/// <param name="Metric">The metric that verdicts are about.</param>
sealed record ScalingCurve(IReadOnlyList<SystemScores> Others, IReadOnlyList<SeedMean> Points, string Metric)
{
    /// <summary>Points that differ in their number of labels: those of the labels alone, and those that went on to the judgments, each by their number of labels.</summary>
    public IReadOnlyList<IReadOnlyList<SeedMean>> Lines
    {
        get
        {
            SeedMean[] sizes = [.. Points.Where(point => point.Learner.Stage.Learn == TargetSource.Labels)], judged = [.. Points.Where(point => point.Learner.After != null)];
            return judged.Length == 0 ? [sizes] : [sizes, judged];
        }
    }

    public IEnumerable<SystemScores> Systems => [.. Others, .. Points.Select(point => point.Mean)];

    /// <summary>How many labels a point of <see cref="Lines"/> learnt from.</summary>
    public long LabelsOf(SeedMean point) => Points.First(other => other.Name == (point.Learner.After ?? point.Name)).Learner.Stage.Pairs!.Value;

    /// <summary>What <see cref="ScalingChart"/> draws of a metric.</summary>
    public IReadOnlyList<ScalingPoint> PointsOf(string metric) => [.. Lines.SelectMany(line => line).Select(point => new ScalingPoint(LabelsOf(point), point.Learner.After is not null, Of(point.Mean, metric), [.. point.Seeds.Select(seed => Of(seed, metric).Value)]))];

    /// <summary>The other systems' figures, with those measured elsewhere.</summary>
    /// <param name="elsewhere">By name, then by metric.</param>
    public IReadOnlyList<(string Name, double Value, int Colour)> AcrossOf(string metric, IReadOnlyDictionary<string, Dictionary<string, double>> elsewhere) =>
    [
        .. Systems.Where(system => Lines.All(line => line.All(point => point.Name != system.Name))).Select((system, place) => (system.Name, Of(system, metric).Value, ScalingChart.ColourOf(place))),
        .. elsewhere.Where(line => line.Value.ContainsKey(metric)).Select(line => (line.Key, line.Value[metric], 0)),
    ];

    static Estimate Of(SystemScores system, string metric) => system.Result.Metrics[metric];

    /// <summary>Of each line, every size against the one before it, and the largest against everything that comes before it.</summary>
    public IEnumerable<Comparison> Compare(Measurement measurement)
    {
        List<(SystemScores A, SystemScores B)> pairs = [];
        foreach (IReadOnlyList<SeedMean> line in Lines)
        {
            pairs.AddRange(line.Zip(line.Skip(1), (before, after) => (after.Mean, before.Mean)));
            pairs.AddRange(Systems.TakeWhile(system => system.Name != line[^1].Name).Select(other => (line[^1].Mean, other)));
        }
        return pairs.DistinctBy(pair => (pair.A.Name, pair.B.Name)).SelectMany(pair => measurement.Compare(pair.A, pair.B));
    }

    /// <summary>What the largest student of each line shows against the smallest, the labels alone, the judgments alone and the other systems, in words.</summary>
    public IEnumerable<string> Verdicts(IReadOnlyList<Comparison> comparisons) =>
        from line in Lines
        from other in (string[])[line[0].Name, Lines[0][^1].Name, "student-human", .. Others.Select(other => other.Name).Reverse()]
        from comparison in comparisons.Where(c => c.A == line[^1].Name && c.B == other && c.Metric == Metric).Take(1)
        select Evaluation.Report.Verdicts.InWords(comparison);
}
