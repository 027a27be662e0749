using System.Globalization;

namespace Attar.Evaluation.Audit;

/// <summary>Numbers in a few bands, each from above one bound to the next.</summary>
/// <param name="Bounds">Ascending; the last band has no upper one.</param>
/// <param name="Of">What the numbers are shares of; they are then written in per cent.</param>
public sealed record Bands(double[] Bounds, string Of = "")
{
    const int Quantiles = 5;

    /// <summary>Bands of about as many values each; null where nearly all values are one.</summary>
    public static Bands? OfQuantiles(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return null;
        double[] bounds = [.. Enumerable.Range(1, Quantiles - 1).Select(i => sorted[sorted.Length * i / Quantiles]).Distinct().Where(bound => bound < sorted[^1])];
        return bounds.Length == 0 ? null : new Bands(bounds);
    }

    public string NameOf(double value)
    {
        int band = Array.FindIndex(Bounds, bound => value <= bound);
        string name = band == 0 ? (Bounds[0] == 0 ? "none" : $"to {Text(Bounds[0])}")
            : band < 0 ? $"above {Text(Bounds[^1])}"
            : $"above {Text(Bounds[band - 1])} to {Text(Bounds[band])}";
        return Of.Length == 0 || name == "none" ? name : $"{name} {Of}";
    }

    /// <summary>Where a band stands among others by its name; every other name before all of them.</summary>
    public static double PlaceOf(string name) =>
        name.StartsWith("to ", StringComparison.Ordinal) ? 0
        : name.Split(' ') is ["above", var bound, ..] && double.TryParse(bound, NumberStyles.Float, CultureInfo.InvariantCulture, out double from) ? 1 + from
        : -1;

    string Text(double bound) => Of.Length > 0 ? (100 * bound).ToString("0.### '%'", CultureInfo.InvariantCulture) : bound.ToString("0.##", CultureInfo.InvariantCulture);
}
