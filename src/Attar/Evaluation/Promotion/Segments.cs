using Attar.Data;
using Attar.Evaluation.Audit;

namespace Attar.Evaluation.Promotion;

/// <summary>The change of a metric by segment of the queries. A query belongs to the segment of its most relevant product.</summary>
static class Segments
{
    /// <param name="old">(queries) NaN where the query says nothing.</param>
    /// <param name="now">(queries)</param>
    /// <param name="fewest">Queries of a segment that is looked at.</param>
    public static IReadOnlyList<SegmentChange> Of(IReadOnlyList<JudgedQuery> queries, double[] old, double[] now, IReadOnlyList<Dimension> dimensions, int fewest, int resamples, ulong seed)
    {
        int[] counted = [.. Enumerable.Range(0, queries.Count).Where(q => double.IsFinite(old[q]) && double.IsFinite(now[q]))];
        List<SegmentChange> found = [];
        foreach (Dimension dimension in dimensions)
            foreach (var segment in counted.GroupBy(q => dimension.Of(queries[q].Query, Best(queries[q]))).Where(segment => segment.Key.Length > 0 && segment.Count() >= fewest).OrderBy(segment => Bands.PlaceOf(segment.Key)).ThenByDescending(segment => segment.Count()))
            {
                double[] before = [.. segment.Select(q => old[q])], after = [.. segment.Select(q => now[q])], differences = Bootstrap.Subtract(after, before);
                Interval interval = Bootstrap.Mean(differences, resamples, seed);
                found.Add(new SegmentChange(dimension.Name, segment.Key, before.Length, before.Average(), after.Average(), differences.Average(), interval.Low, interval.High, PairedTest.Randomization(differences, resamples, seed), double.NaN));
            }
        double[] q = FalseDiscovery.Adjust([.. found.Select(segment => segment.P)]);
        return [.. found.Select((segment, i) => segment with { Q = q[i] })];
    }

    static Product Best(JudgedQuery query) => query.Products[query.Gains.Index().MaxBy(gain => gain.Item).Index];
}
