namespace Attar.Evaluation;

/// <summary>
/// Agreement of two raters over grades, beyond what their habits alone would give; a disagreement counts by the square of its
/// distance (Cohen, 1968): κ = 1 - Σ_ij (i-j)² observed_ij / Σ_ij (i-j)² expected_ij.
/// </summary>
public static class WeightedKappa
{
    /// <param name="confusion">(grades, grades) how often the first rater chose the row's grade and the second the column's.</param>
    /// <returns>1 for perfect agreement, 0 for chance; NaN where both always chose one and the same grade.</returns>
    public static double Quadratic(long[,] confusion) => Of(confusion, (i, j) => (double)(i - j) * (i - j));

    /// <inheritdoc cref="Quadratic"/>
    /// <param name="distance">What a disagreement of a row's grade with a column's counts.</param>
    public static double Of(long[,] confusion, Func<int, int, double> distance)
    {
        int grades = confusion.GetLength(0);
        var rows = new double[grades];
        var columns = new double[grades];
        double total = 0, observed = 0, expected = 0;
        for (int i = 0; i < grades; i++)
        {
            for (int j = 0; j < grades; j++)
            {
                rows[i] += confusion[i, j];
                columns[j] += confusion[i, j];
                total += confusion[i, j];
                observed += distance(i, j) * confusion[i, j];
            }
        }
        for (int i = 0; i < grades; i++)
            for (int j = 0; j < grades; j++)
                expected += distance(i, j) * rows[i] * columns[j] / total;
        return expected > 0 ? 1 - observed / expected : double.NaN;
    }

    /// <summary>The table that <see cref="Quadratic"/> reads.</summary>
    /// <param name="first">(pairs) grades from 0.</param>
    /// <param name="second">(pairs)</param>
    /// <param name="weights">(pairs) how often each pair counts.</param>
    public static long[,] Confusion(int grades, ReadOnlySpan<int> first, ReadOnlySpan<int> second, ReadOnlySpan<int> weights)
    {
        var confusion = new long[grades, grades];
        for (int i = 0; i < first.Length; i++) confusion[first[i], second[i]] += weights[i];
        return confusion;
    }
}
