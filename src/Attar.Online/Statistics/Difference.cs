using Attar.Evaluation;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Attar.Online.Statistics;

/// <summary>What is known of a difference of two means.</summary>
/// <param name="Value">Treatment less control.</param>
/// <param name="Variance">Of the estimate: its squared standard error.</param>
public readonly record struct Difference(double Value, double Variance)
{
    /// <summary>Of independent groups, whose variances may differ (Welch).</summary>
    public static Difference Of(Moments control, Moments treatment) => new(treatment.Mean - control.Mean, treatment.OfMean + control.OfMean);

    /// <summary>Distance from zero in standard errors; 0 where nothing varies.</summary>
    public double Z => Variance > 0 && double.IsFinite(Variance) ? Value / Math.Sqrt(Variance) : 0;

    /// <summary>Two-sided, by the normal distribution; valid for one look that was planned beforehand.</summary>
    public double P => SpecialFunctions.Erfc(Math.Abs(Z) / Constants.Sqrt2);

    /// <inheritdoc cref="P"/>
    public Interval Within(double confidence = .95)
    {
        double half = Normal.InvCDF(0, 1, (1 + confidence) / 2) * Math.Sqrt(Variance);
        return new Interval(Value - half, Value + half);
    }
}
