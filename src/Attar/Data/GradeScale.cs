namespace Attar.Data;

/// <summary>The meaning of the integer grades 0..K-1 of a data set.</summary>
/// <param name="Gains">A grade's worth in [0,1], K entries, ascending.</param>
/// <param name="PositiveFrom">A rating at or above this counts as relevant for AUC and recall.</param>
public sealed record GradeScale(double[] Gains, double PositiveFrom)
{
    /// <summary>K, the number of grades.</summary>
    public int Grades => Gains.Length;

    /// <summary>Gain of a rating; linear between the two neighbouring grades.</summary>
    public double Gain(double rating)
    {
        double clamped = Math.Clamp(rating, 0, Grades - 1);
        int low = Math.Min((int)clamped, Grades - 2);
        return Grades == 1 ? Gains[0] : Gains[low] + (clamped - low) * (Gains[low + 1] - Gains[low]);
    }
}
