using MathNet.Numerics;

namespace Attar.Online.Statistics;

/// <summary>
/// Sample-ratio mismatch: whether the arms got the shares of clients that they were to get. Where they did not, something loses
/// or doubles clients by arm, and no other figure of the experiment can be believed (Fabijan et al., KDD 2019).
/// </summary>
public static class RatioMismatch
{
    /// <summary>Below this the arms' counts are taken for wrong: an alarm that is false once in a thousand experiments.</summary>
    public const double Alarm = .001;

    /// <summary>Pearson's chi-squared test, for one look. Whoever looks often takes <see cref="CountMixture"/>.</summary>
    /// <param name="weights">Of the arms, on any scale.</param>
    public static double P(ReadOnlySpan<long> counts, ReadOnlySpan<double> weights)
    {
        double total = 0, weight = 0, distance = 0;
        foreach (long count in counts) total += count;
        foreach (double each in weights) weight += each;
        if (total == 0) return 1;
        for (int arm = 0; arm < counts.Length; arm++)
        {
            double expected = total * weights[arm] / weight;
            distance += (counts[arm] - expected) * (counts[arm] - expected) / expected;
        }
        return distance <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized((counts.Length - 1) / 2.0, distance / 2);
    }
}
