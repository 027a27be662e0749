namespace Attar.Evaluation;

/// <summary>Where a figure would likely lie had other queries been asked.</summary>
public readonly record struct Interval(double Low, double High);

/// <summary>
/// Percentile bootstrap over queries (Efron, 1979; for search evaluation Sakai, 2006). A resample draws as many queries as
/// there are, with replacement, from a stream that depends on the seed alone: resample r holds the same queries for every
/// system and metric, so subtracting two systems' resamples one by one gives the paired interval of their difference.
/// </summary>
public static class Bootstrap
{
    /// <summary>The mean of each resample.</summary>
    /// <param name="values">(queries)</param>
    /// <returns>(resamples)</returns>
    public static double[] Means(ReadOnlySpan<double> values, int resamples, ulong seed)
    {
        var draws = new SplitMix64(seed);
        var means = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < values.Length; i++) sum += values[draws.Below(values.Length)];
            means[r] = sum / values.Length;
        }
        return means;
    }

    /// <summary>A pooled metric of each resample, in time linear in the pairs: only the weights change, the order by score stays.</summary>
    /// <param name="queryOf">(pairs) position of the pair's query.</param>
    /// <param name="metric">Of (pairs) weights: how often each pair was drawn.</param>
    /// <returns>(resamples)</returns>
    public static double[] Pooled(int queries, ReadOnlySpan<int> queryOf, Func<int[], double> metric, int resamples, ulong seed)
    {
        var results = new double[resamples];
        var weights = new int[queryOf.Length];
        int r = 0;
        foreach (int[] drawn in Draws(queries, resamples, seed))
        {
            for (int i = 0; i < weights.Length; i++) weights[i] = drawn[queryOf[i]];
            results[r++] = metric(weights);
        }
        return results;
    }

    /// <summary>The resamples themselves: how often each query was drawn. One array for all, so read each before the next.</summary>
    internal static IEnumerable<int[]> Draws(int queries, int resamples, ulong seed)
    {
        var draws = new SplitMix64(seed);
        var drawn = new int[queries];
        for (int r = 0; r < resamples; r++)
        {
            Array.Clear(drawn);
            for (int i = 0; i < queries; i++) drawn[draws.Below(queries)]++;
            yield return drawn;
        }
    }

    /// <summary>The middle 95 % of the resamples; those on which the metric is not defined (NaN) are left out.</summary>
    public static Interval Percentiles(ReadOnlySpan<double> resampled)
    {
        double[] sorted = [.. resampled.ToArray().Where(double.IsFinite).Order()];
        return new Interval(Quantile(sorted, .025), Quantile(sorted, .975));
    }

    /// <summary>95 % interval of the mean over queries.</summary>
    public static Interval Mean(ReadOnlySpan<double> values, int resamples = 10_000, ulong seed = 0) => Percentiles(Means(values, resamples, seed));

    /// <summary>95 % interval of mean(a) - mean(b) over the same queries.</summary>
    public static Interval PairedDifference(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int resamples = 10_000, ulong seed = 0) =>
        Mean(Subtract(a, b), resamples, seed);

    /// <summary>a - b, one by one.</summary>
    public static double[] Subtract(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"{a.Length} values cannot be paired with {b.Length}");
        var difference = new double[a.Length];
        for (int i = 0; i < difference.Length; i++) difference[i] = a[i] - b[i];
        return difference;
    }

    /// <summary>Linear between the two nearest values.</summary>
    static double Quantile(double[] sorted, double share)
    {
        if (sorted.Length == 0) return double.NaN;
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        return sorted[below] + (position - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
