namespace Attar.Evaluation;

/// <summary>
/// Expected calibration error (Naeini, Cooper and Hauskrecht, 2015) with bins of equal width: the mean distance between
/// the gain a model promises and the gain the judgments give, bin by bin, weighted by the pairs in it.
/// </summary>
public static class CalibrationError
{
    public const int Bins = 10;

    /// <param name="promised">(pairs) expected gains in [0,1].</param>
    /// <param name="gains">(pairs) judged gains in [0,1].</param>
    /// <param name="weights">(pairs) how often each pair counts.</param>
    /// <returns>In [0,1]; 0 is perfect; NaN without pairs.</returns>
    public static double Of(ReadOnlySpan<double> promised, ReadOnlySpan<double> gains, ReadOnlySpan<int> weights)
    {
        Span<double> excess = stackalloc double[Bins]; // Σ weight (promised - judged)
        excess.Clear();
        long total = 0;
        for (int i = 0; i < promised.Length; i++)
        {
            int bin = Math.Min((int)(promised[i] * Bins), Bins - 1);
            excess[bin] += weights[i] * (promised[i] - gains[i]);
            total += weights[i];
        }
        double error = 0;
        foreach (double sum in excess) error += Math.Abs(sum);
        return total == 0 ? double.NaN : error / total;
    }
}
