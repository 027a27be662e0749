using Attar.Data;
using Attar.Retrieval;

namespace Attar.Evaluation;

/// <summary>What one system said of every judged product, and all that was measured from it.</summary>
/// <param name="Scores">Per query, one score per product.</param>
public sealed record SystemScores(string Name, float[][] Scores)
{
    readonly Dictionary<string, double[]> perQuery = [];
    readonly Dictionary<string, double[]> resampled = [];
    readonly Dictionary<string, Estimate> estimates = [];

    /// <summary>See <see cref="SystemResult"/>.</summary>
    public double? LatencyMilliseconds { get; init; }

    public SystemResult Result => new(Name, estimates, LatencyMilliseconds);

    /// <summary>Computes every metric with its interval.</summary>
    public void Measure(IReadOnlyList<JudgedQuery> queries, GradeScale scale, int resamples, int pooledResamples, ulong seed)
    {
        foreach (QueryMetric metric in Metrics.PerQuery)
        {
            double[] values = [.. queries.Select((query, q) => metric.Of(query, Scores[q])).Where(double.IsFinite)];
            perQuery[metric.Name] = values;
            estimates[metric.Name] = Estimate(values.Length == 0 ? double.NaN : values.Average(), Bootstrap.Mean(values, resamples, seed));
        }

        var pool = ScorePool.Of(queries, Scores, scale, promises: Name != Rerankers.Bm25); // BM25's scores promise no gain
        int[] once = new int[pool.Scores.Length];
        Array.Fill(once, 1);
        foreach (PooledMetric metric in Metrics.Pooled)
        {
            double[] drawn = Bootstrap.Pooled(queries.Count, pool.QueryOf, weights => metric.Of(pool, weights), pooledResamples, seed);
            resampled[metric.Name] = drawn;
            estimates[metric.Name] = Estimate(metric.Of(pool, once), Bootstrap.Percentiles(drawn));
        }
    }

    /// <summary>Several systems that differ in their seed alone, as one whose figures are the means of theirs, query by query and resample by resample; all were measured on the same queries.</summary>
    public static SystemScores Mean(string name, IReadOnlyList<SystemScores> seeds, int resamples, ulong seed)
    {
        var mean = new SystemScores(name, []);
        foreach (QueryMetric metric in Metrics.PerQuery)
        {
            double[] values = MeanOf(seeds.Select(system => system.perQuery[metric.Name]));
            mean.perQuery[metric.Name] = values;
            mean.estimates[metric.Name] = Estimate(values.Length == 0 ? double.NaN : values.Average(), Bootstrap.Mean(values, resamples, seed));
        }
        foreach (PooledMetric metric in Metrics.Pooled)
        {
            mean.resampled[metric.Name] = MeanOf(seeds.Select(system => system.resampled[metric.Name]));
            mean.estimates[metric.Name] = Estimate(seeds.Average(system => system.estimates[metric.Name].Value), Bootstrap.Percentiles(mean.resampled[metric.Name]));
        }
        return mean;
    }

    static double[] MeanOf(IEnumerable<double[]> all)
    {
        double[][] values = [.. all];
        return [.. Enumerable.Range(0, values[0].Length).Select(i => values.Average(own => own[i]))];
    }

    /// <summary>Compares with another system that was measured on the same queries with the same seed; metrics that either lacks are left out.</summary>
    public IEnumerable<Comparison> Against(SystemScores other, int resamples, ulong seed)
    {
        foreach (QueryMetric metric in Metrics.PerQuery)
            if (perQuery[metric.Name].Length > 0)
                yield return Comparison.OfQueries(Name, other.Name, metric.Name, perQuery[metric.Name], other.perQuery[metric.Name], resamples, seed);
        foreach (PooledMetric metric in Metrics.Pooled)
            if (estimates[metric.Name].Value - other.estimates[metric.Name].Value is var difference && double.IsFinite(difference))
                yield return Comparison.OfResamples(Name, other.Name, metric, estimates[metric.Name].Value, other.estimates[metric.Name].Value, resampled[metric.Name], other.resampled[metric.Name]);
    }

    static Estimate Estimate(double value, Interval interval) => new(value, interval.Low, interval.High);
}
