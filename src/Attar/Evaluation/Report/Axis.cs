using System.Globalization;

namespace Attar.Evaluation.Report;

/// <summary>A straight scale from figures to places in a drawing, with round ticks.</summary>
/// <param name="From">Place of <paramref name="Low"/>.</param>
/// <param name="To">Place of <paramref name="High"/>.</param>
sealed record Axis(double Low, double High, double From, double To)
{
    /// <summary>Covers the values with a little room; values that are all equal get room around them.</summary>
    public static Axis Around(IEnumerable<double> values, double from, double to)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0) return new Axis(0, 1, from, to);
        (double low, double high) = (finite.Min(), finite.Max());
        double room = high > low ? .06 * (high - low) : Math.Max(.05 * Math.Abs(high), .01);
        return new Axis(low - room, high + room, from, to);
    }

    public double At(double value) => From + (value - Low) / (High - Low) * (To - From);

    /// <summary>Distance of ticks: 1, 2 or 5 times a power of ten, at most <paramref name="most"/> of them.</summary>
    public double Step(int most)
    {
        double raw = (High - Low) / most, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double[] nice = [1, 2, 5, 10];
        return power * nice.First(factor => power * factor >= raw * .999999);
    }

    public IEnumerable<(double Value, string Label)> Ticks(int most)
    {
        double step = Step(most);
        int digits = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        for (double tick = Math.Ceiling(Low / step); tick * step <= High; tick++)
            yield return (tick * step, Label(tick == 0 ? 0 : tick * step, digits)); // no negative zero
    }

    static string Label(double value, int digits)
    {
        string text = value.ToString("F" + digits, CultureInfo.InvariantCulture);
        return text.Replace("-0.", "-.") is var minus && minus.StartsWith("0.", StringComparison.Ordinal) ? minus[1..] : minus;
    }
}
