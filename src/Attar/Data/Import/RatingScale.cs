using System.Globalization;

namespace Attar.Data.Import;

/// <summary>Which ratings a file of judged pairs uses.</summary>
static class RatingScale
{
    const int MostDetected = 10; // a scale of percentages is not meant as 101 grades

    public static (int Low, int High) Parse(string text)
    {
        string[] ends = text.Split("..");
        if (ends.Length == 2 && int.TryParse(ends[0], CultureInfo.InvariantCulture, out int low) && int.TryParse(ends[1], CultureInfo.InvariantCulture, out int high) && low < high) return (low, high);
        throw new InputException("--grades", $"'{text}' is not a range; expected the lowest and highest rating such as 1..3; correct it");
    }

    /// <summary>From 1 when no rating is below 1, otherwise from 0; up to the highest rating, rounded up.</summary>
    /// <param name="fromZero">Whether the format's ratings start at 0 whether or not one is found.</param>
    public static (int Low, int High) Detect(IEnumerable<double> ratings, string path, bool fromZero = false)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (double rating in ratings) (least, most) = (Math.Min(least, rating), Math.Max(most, rating));
        int low = least >= 1 && !fromZero ? 1 : 0;
        if (least >= 0 && most > low && most <= low + MostDetected - 1) return (low, (int)Math.Ceiling(most));
        throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"ratings from {least} to {most}; expected a scale such as 0..3 or 1..5; say which with --grades"));
    }

    /// <summary>Gains that rise evenly; a rating in the upper half counts as relevant.</summary>
    public static GradeScale Linear(int grades) => new([.. Enumerable.Range(0, grades).Select(grade => grade / (grades - 1d))], PositiveFrom: grades / 2d);
}
