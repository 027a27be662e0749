using Attar.Evaluation;
using MathNet.Numerics;

namespace Attar.Online.Statistics;

/// <summary>
/// Counts against the shares they should have, looked at as often as one likes. The likelihood of the counts under a mixture of
/// shares, spread about the expected ones by a Dirichlet distribution, is divided by that under the expected ones; were these
/// true, the ratio would ever reach 1/p in no more than a share p of all experiments (Ville's inequality). So 1/ratio is a p
/// that holds at every look, for any number of counts: a mixture sequential probability ratio test (Robbins, 1970; for counts
/// Lindon and Malek, NeurIPS 2022).
/// </summary>
public static class CountMixture
{
    /// <summary>How closely the mixture lies about the expected shares, as if so many had been seen: finds a preference of a few percent soonest.</summary>
    public const double OfPreferences = 100;

    /// <summary>Closer, for a mismatch of a percent among many clients.</summary>
    public const double OfRatios = 1000;

    /// <summary>Valid at this look whatever was seen before; the least of all looks is so too.</summary>
    /// <param name="weights">Expected shares, on any scale.</param>
    public static double P(ReadOnlySpan<long> counts, ReadOnlySpan<double> weights, double concentration)
    {
        double weight = 0;
        foreach (double each in weights) weight += each;
        Span<double> prior = stackalloc double[weights.Length];
        double expected = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            prior[i] = concentration * weights[i] / weight;
            expected += counts[i] * Math.Log(weights[i] / weight);
        }
        return Math.Min(1, Math.Exp(expected - Mixture(counts, prior)));
    }

    /// <summary>Of wins and losses that should be equally many.</summary>
    public static double P(long wins, long losses) => P([wins, losses], [1, 1], OfPreferences);

    /// <summary>The shares of wins that no look so far has ruled out; in a share <paramref name="confidence"/> of all experiments it holds the true one at every look.</summary>
    public static Interval Share(long wins, long losses, double confidence = .95)
    {
        if (wins + losses == 0) return new Interval(0, 1);
        double most = Math.Log(1 / (1 - confidence)), seen = Mixture([wins, losses], [OfPreferences / 2, OfPreferences / 2]);
        double best = (double)wins / (wins + losses);
        return new Interval(Edge(0), Edge(1));

        bool RuledOut(double share) => seen - (wins == 0 ? 0 : wins * Math.Log(share)) - (losses == 0 ? 0 : losses * Math.Log(1 - share)) >= most;

        double Edge(double outside)
        {
            if (!RuledOut(outside)) return outside;
            double inside = best;
            for (int halving = 0; halving < 60; halving++)
            {
                double middle = (inside + outside) / 2;
                if (RuledOut(middle)) outside = middle;
                else inside = middle;
            }
            return outside;
        }
    }

    /// <summary>Log likelihood of counts in their order under shares drawn from a Dirichlet distribution.</summary>
    static double Mixture(ReadOnlySpan<long> counts, ReadOnlySpan<double> prior)
    {
        double log = 0, total = 0, all = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            log += SpecialFunctions.GammaLn(prior[i] + counts[i]) - SpecialFunctions.GammaLn(prior[i]);
            (total, all) = (total + counts[i], all + prior[i]);
        }
        return log + SpecialFunctions.GammaLn(all) - SpecialFunctions.GammaLn(all + total);
    }
}
