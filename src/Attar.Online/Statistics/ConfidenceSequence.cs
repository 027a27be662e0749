using Attar.Evaluation;

namespace Attar.Online.Statistics;

/// <summary>
/// Intervals of a mean, or of a difference of means, that hold at every look together: the normal mixture of Robbins (1970) as a
/// mixture sequential probability ratio test (Johari, Koomen, Pekelis and Walsh, Operations Research 2022), with variances
/// estimated as the data come, which is valid asymptotically (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals of
/// Statistics 2024). It is tightest about the size that was planned, and holds at any other.
/// </summary>
/// <param name="Planned">Units at which the interval shall be tightest; to be chosen before the data are seen.</param>
/// <param name="Alpha">Share of experiments in which the interval may ever miss the truth.</param>
public sealed record ConfidenceSequence(double Planned, double Alpha = .05)
{
    /// <summary>Units below which the normal distribution is no good guide: until then nothing is ruled out.</summary>
    public const int Least = 100;

    /// <summary>The mixture's variance over that of the estimate when <paramref name="units"/> were seen (their equation 24 at the planned size).</summary>
    double Spread(double units)
    {
        double log = -2 * Math.Log(Alpha);
        return (log + Math.Log(log + 1)) * units / Planned;
    }

    /// <summary>Valid at this look whatever was seen before; the least of all looks is so too.</summary>
    public double P(Difference difference, long units)
    {
        if (units < Least) return 1;
        double spread = Spread(units), z = difference.Z;
        return Math.Min(1, Math.Sqrt(1 + spread) * Math.Exp(-z * z * spread / (2 * (1 + spread))));
    }

    /// <inheritdoc cref="P"/>
    public Interval Within(Difference difference, long units)
    {
        if (units < Least) return new Interval(double.NegativeInfinity, double.PositiveInfinity);
        double spread = Spread(units);
        double half = Math.Sqrt(difference.Variance * 2 * (1 + spread) / spread * (Math.Log(1 / Alpha) + Math.Log(1 + spread) / 2));
        return new Interval(difference.Value - half, difference.Value + half);
    }
}
