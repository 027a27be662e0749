using MathNet.Numerics;

namespace Attar.Online.Statistics;

/// <summary>Whether one of two wins more often than a fair coin would let it; ties are left out.</summary>
public static class SignTest
{
    /// <summary>Exact two-sided p by the binomial distribution: twice the smaller tail. Valid for one look that was planned beforehand.</summary>
    public static double P(long wins, long losses)
    {
        long more = Math.Max(wins, losses), count = wins + losses;
        return wins == losses ? 1 : Math.Min(1, 2 * SpecialFunctions.BetaRegularized(more, count - more + 1, .5)); // P(at least so many)
    }
}
