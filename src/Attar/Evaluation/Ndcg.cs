using System.Globalization;
using Attar.Data;

namespace Attar.Evaluation;

/// <summary>
/// Normalized discounted cumulative gain (Järvelin and Kekäläinen, 2002): the gain of the ranking, each rank discounted,
/// as a share of what the best possible ranking would earn.
/// </summary>
public static class Ndcg
{
    /// <summary>Tools disagree on gain and discount, so every figure is printed with this line.</summary>
    public static string Variant(GradeScale scale) =>
        $"gains {string.Join(" ", scale.Gains.Select(gain => gain.ToString("0.###", CultureInfo.InvariantCulture)))} of the grades, linear between them, discount log2(rank+1), ideal over all judged products, ties by product id";

    /// <summary>A query says something about a ranking when it has two or more judged products and at least one with some gain.</summary>
    public static bool Counts(ReadOnlySpan<double> gains) => gains.Length >= 2 && gains.ContainsAnyExceptInRange(double.NegativeInfinity, 0);

    /// <param name="k">How many ranks are looked at.</param>
    /// <param name="scores">(products) higher is more relevant.</param>
    /// <param name="gains">(products) in [0,1].</param>
    /// <param name="productIds">(products) decide the order of equal scores.</param>
    /// <returns>In [0,1], or NaN when the query is left out (<see cref="Counts"/>).</returns>
    public static double At(int k, ReadOnlySpan<float> scores, ReadOnlySpan<double> gains, ReadOnlySpan<string> productIds)
    {
        if (!Counts(gains)) return double.NaN;
        int[] order = Ranking.Order(scores, productIds);
        double[] best = gains.ToArray();
        Array.Sort(best);

        double gained = 0, ideal = 0;
        for (int rank = 1; rank <= Math.Min(k, best.Length); rank++)
        {
            double discount = Math.Log2(rank + 1);
            gained += gains[order[rank - 1]] / discount;
            ideal += best[^rank] / discount;
        }
        return gained / ideal;
    }
}
