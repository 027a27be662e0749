namespace Attar.Evaluation.Audit;

/// <summary>How far two lists of gains go together: Pearson's correlation, which asks for neither grades nor a threshold.</summary>
static class Correlation
{
    /// <returns>In [-1,1]; NaN where one of the lists is constant.</returns>
    public static double Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double meanA = 0, meanB = 0, ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            meanA += a[i] / a.Length;
            meanB += b[i] / a.Length;
        }
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return aa > 1e-12 && bb > 1e-12 ? ab / Math.Sqrt(aa * bb) : double.NaN;
    }
}
