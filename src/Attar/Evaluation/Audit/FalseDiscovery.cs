namespace Attar.Evaluation.Audit;

/// <summary>What is left of a surprise when many were looked for: of the findings with q up to .05 about one in twenty is chance (Benjamini and Hochberg, 1995).</summary>
public static class FalseDiscovery
{
    /// <summary>q of each p: the least over those as large or larger of p times tests over rank. A p that is not a number stays so and does not count as a test.</summary>
    /// <returns>(tests) in the order given.</returns>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        int[] order = [.. Enumerable.Range(0, p.Count).Where(i => !double.IsNaN(p[i])).OrderBy(i => p[i])];
        double[] q = [.. Enumerable.Repeat(double.NaN, p.Count)];
        double least = 1;
        for (int rank = order.Length; rank > 0; rank--) q[order[rank - 1]] = least = Math.Min(least, p[order[rank - 1]] * order.Length / rank);
        return q;
    }

    /// <summary>Two-sided p of a figure by its standard error, if resamples are spread normally: finer than counting them, which many tests need.</summary>
    public static double Normal(double value, double standardError) => standardError > 0 ? Tail(Math.Abs(value) / standardError) : double.NaN;

    /// <summary>2 (1 - Φ(z)) to seven decimals (Abramowitz and Stegun, 7.1.26).</summary>
    static double Tail(double z)
    {
        double x = z / Math.Sqrt(2), t = 1 / (1 + .3275911 * x);
        return t * (.254829592 + t * (-.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.Exp(-x * x);
    }
}
