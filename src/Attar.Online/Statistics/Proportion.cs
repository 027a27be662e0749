using Attar.Evaluation;
using MathNet.Numerics.Distributions;

namespace Attar.Online.Statistics;

/// <summary>A share of so many, with Wilson's interval (1927), which stays within 0 and 1 and holds for small counts.</summary>
public readonly record struct Proportion(long Hits, long Of)
{
    public double Value => Of == 0 ? double.NaN : (double)Hits / Of;

    public Interval Within(double confidence = .95)
    {
        if (Of == 0) return new Interval(0, 1);
        double z = Normal.InvCDF(0, 1, (1 + confidence) / 2), square = z * z / Of;
        double middle = (Value + square / 2) / (1 + square), half = z * Math.Sqrt(Value * (1 - Value) / Of + square / (4 * Of)) / (1 + square);
        return new Interval(Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
