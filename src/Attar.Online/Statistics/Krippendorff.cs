namespace Attar.Online.Statistics;

/// <summary>How far apart two values are.</summary>
public enum Level
{
    /// <summary>The same or not.</summary>
    Nominal,

    /// <summary>By how many values of all raters lie between them.</summary>
    Ordinal,

    /// <summary>By the square of their difference.</summary>
    Interval,
}

/// <summary>
/// Krippendorff's alpha (Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011): agreement of any number of raters, each of
/// whom may have left units out. 1 = the disagreement observed / the disagreement that values paired at random would have.
/// </summary>
public static class Krippendorff
{
    /// <param name="units">(units) the values that raters gave each, 0..values-1; those with fewer than two say nothing.</param>
    /// <returns>1 for perfect agreement, 0 for chance; NaN where nothing can disagree.</returns>
    public static double Alpha(IEnumerable<IReadOnlyList<int>> units, int values, Level level)
    {
        var coincidences = new double[values, values];
        var totals = new double[values];
        double n = 0;
        foreach (IReadOnlyList<int> unit in units.Where(unit => unit.Count > 1))
            for (int i = 0; i < unit.Count; i++)
            {
                totals[unit[i]]++;
                n++;
                for (int j = 0; j < unit.Count; j++)
                    if (i != j) coincidences[unit[i], unit[j]] += 1.0 / (unit.Count - 1);
            }
        double observed = 0, expected = 0;
        for (int c = 0; c < values; c++)
            for (int k = c + 1; k < values; k++)
            {
                double distance = Distance(totals, c, k, level);
                observed += coincidences[c, k] * distance;
                expected += totals[c] * totals[k] * distance;
            }
        return expected > 0 ? 1 - (n - 1) * observed / expected : double.NaN;
    }

    static double Distance(double[] totals, int c, int k, Level level)
    {
        if (level == Level.Nominal) return 1;
        if (level == Level.Interval) return (double)(c - k) * (c - k);
        double between = -(totals[c] + totals[k]) / 2;
        for (int g = c; g <= k; g++) between += totals[g];
        return between * between;
    }
}
