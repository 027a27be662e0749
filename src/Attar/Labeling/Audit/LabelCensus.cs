using System.Globalization;

namespace Attar.Labeling.Audit;

/// <summary>Counts what the teacher says of the pairs: grades, entropies, and margins between products of one query.</summary>
/// <param name="grades">Of the labels' distributions; 0 where there are scores only.</param>
sealed class LabelCensus(int grades, AuditLimits limits)
{
    const int Bins = 10;
    const float OneScore = 1e-3f; // scores of a query that lie closer together than this are one
    static readonly float[] marginEnds = [.01f, .03f, .1f, .3f, 1, 3, float.PositiveInfinity];

    readonly long[] best = new long[grades], entropies = new long[Bins], margins = new long[marginEnds.Length];
    long lists, constant;
    double entropy;

    public long Labels { get; private set; }

    /// <param name="list">Labels of one query.</param>
    public void Add(List<Label> list)
    {
        Labels += list.Count;
        foreach (Label label in list)
        {
            if (label.Distribution is not { Length: > 0 } p) continue;
            best[Array.IndexOf(p, p.Max())]++;
            double share = Math.Min(1, -p.Where(value => value > 0).Sum(value => value * Math.Log(value)) / Math.Log(grades));
            entropy += share;
            entropies[Math.Min(Bins - 1, (int)(share * Bins))]++;
        }
        if (list.Count < 2) return;
        lists++;
        float[] scores = [.. list.Select(label => label.Score).Order()];
        if (scores[^1] - scores[0] < OneScore) constant++;
        for (int i = 1; i < scores.Length; i++) margins[Array.FindIndex(marginEnds, end => scores[i] - scores[i - 1] < end)]++;
    }

    public IEnumerable<AuditCheck> Checks()
    {
        if (Labels == 0) yield break;
        yield return new("constant", "queries whose products all get one score", lists == 0 ? null : (double)constant / lists, limits.Constant, false, []);
        if (grades == 0) yield break;
        yield return new("one-grade", "labels of the commonest grade", (double)best.Max() / Labels, limits.OneGrade, false, []);
        yield return new("entropy", "mean entropy of the teacher's distribution, of what it can be at most", entropy / Labels, limits.Entropy, false, []);
    }

    public IEnumerable<AuditCounts> Histograms()
    {
        if (Labels == 0) yield break;
        if (grades > 0)
        {
            yield return new("labels by the likeliest grade", [.. best.Select((count, grade) => new AuditCount($"{grade}", count))]);
            yield return new("labels by entropy, of what it can be at most", [.. entropies.Select((count, bin) => new AuditCount(string.Create(CultureInfo.InvariantCulture, $"{(double)bin / Bins:0.0} to {(bin + 1.0) / Bins:0.0}"), count))]);
        }
        yield return new("neighbours in a query's order by their margin", [.. margins.Select((count, i) => new AuditCount(
            i + 1 < marginEnds.Length ? string.Create(CultureInfo.InvariantCulture, $"below {marginEnds[i]}") : string.Create(CultureInfo.InvariantCulture, $"{marginEnds[^2]} or more"), count))]);
    }
}
