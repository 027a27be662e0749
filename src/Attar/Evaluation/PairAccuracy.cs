namespace Attar.Evaluation;

/// <summary>
/// The share of a query's product pairs with different ratings that the scores order rightly; equal scores count half.
/// The most direct reading of a margin.
/// </summary>
public static class PairAccuracy
{
    /// <param name="scores">(products)</param>
    /// <param name="ratings">(products)</param>
    /// <returns>In [0,1], or NaN when all ratings are equal.</returns>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<double> ratings)
    {
        long pairs = 0, twiceRight = 0;
        for (int i = 0; i < scores.Length; i++)
            for (int j = i + 1; j < scores.Length; j++)
            {
                int wanted = ratings[i].CompareTo(ratings[j]);
                if (wanted == 0) continue;
                pairs++;
                twiceRight += 1 + Math.Sign(wanted) * Math.Sign(scores[i].CompareTo(scores[j]));
            }
        return pairs == 0 ? double.NaN : twiceRight / (2.0 * pairs);
    }
}
