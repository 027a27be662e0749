namespace Attar.Evaluation;

/// <summary>Two systems on the same queries by one metric.</summary>
/// <param name="Difference">a - b.</param>
/// <param name="Low">Lower end of the paired bootstrap's 95 % interval.</param>
/// <param name="P">Randomization test for metrics per query, bootstrap for pooled ones; two-sided.</param>
/// <param name="Verdict">Of a over b: <see cref="Better"/>, <see cref="Worse"/> or <see cref="NotShown"/>.</param>
public sealed record Comparison(string A, string B, string Metric, double Difference, double Low, double High, double P, string Verdict)
{
    public const string Better = "better", Worse = "worse", NotShown = "not shown";

    /// <summary>The interval decides: a difference is claimed only when its interval keeps clear of zero.</summary>
    public static string Judge(Interval interval, bool higherIsBetter = true)
    {
        (bool above, bool below) = (interval.Low > 0, interval.High < 0);
        return above == below ? NotShown : above == higherIsBetter ? Better : Worse;
    }

    /// <summary>Compares per-query values of the same queries in the same order.</summary>
    /// <param name="a">(queries)</param>
    /// <param name="b">(queries)</param>
    public static Comparison OfQueries(string nameA, string nameB, string metric, ReadOnlySpan<double> a, ReadOnlySpan<double> b, int resamples, ulong seed)
    {
        double[] differences = Bootstrap.Subtract(a, b);
        Interval interval = Bootstrap.Mean(differences, resamples, seed);
        return new Comparison(nameA, nameB, metric, differences.Average(), interval.Low, interval.High,
            PairedTest.Randomization(differences, resamples, seed), Judge(interval));
    }

    /// <summary>Compares two pooled figures by their resamples, drawn with the same seed and so of the same queries.</summary>
    /// <param name="resampledA">(resamples)</param>
    /// <param name="resampledB">(resamples)</param>
    public static Comparison OfResamples(string nameA, string nameB, PooledMetric metric, double a, double b, ReadOnlySpan<double> resampledA, ReadOnlySpan<double> resampledB)
    {
        double[] differences = Bootstrap.Subtract(resampledA, resampledB);
        Interval interval = Bootstrap.Percentiles(differences);
        return new Comparison(nameA, nameB, metric.Name, a - b, interval.Low, interval.High,
            PairedTest.FromResamples(differences), Judge(interval, metric.HigherIsBetter));
    }
}
