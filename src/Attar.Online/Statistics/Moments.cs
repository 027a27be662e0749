namespace Attar.Online.Statistics;

/// <summary>How many values there are, their mean, and how they spread.</summary>
/// <param name="Squares">Sum of the squared distances from the mean.</param>
public readonly record struct Moments(long Count, double Mean, double Squares)
{
    /// <summary>Of a sample: divided by one less than the count; 0 for fewer than two values.</summary>
    public double Variance => Count > 1 ? Squares / (Count - 1) : 0;

    /// <summary>The squared standard error of the mean.</summary>
    public double OfMean => Count > 0 ? Variance / Count : double.PositiveInfinity;

    /// <summary>With one more value (Welford, 1962).</summary>
    public Moments With(double value)
    {
        double distance = value - Mean, mean = Mean + distance / (Count + 1);
        return new Moments(Count + 1, mean, Squares + distance * (value - mean));
    }

    public static Moments Of(IEnumerable<double> values) => values.Aggregate(default(Moments), (moments, value) => moments.With(value));
}
