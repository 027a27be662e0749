namespace Attar.Data;

/// <summary>The same judgments on a scale with more grades between the present ones: mean ratings then say more of a distribution, as the five levels of Pinterest's search relevance (arXiv 2410.17152).</summary>
public static class FinerGrades
{
    /// <param name="grades">As many as leave each present grade its place: with three, 5, 7, 9 and so on.</param>
    /// <exception cref="InputException">when they do not.</exception>
    public static Dataset Of(Dataset dataset, int grades)
    {
        GradeScale scale = dataset.Scale;
        int steps = (grades - 1) / Math.Max(1, scale.Grades - 1); // of one present grade
        if (steps < 1 || grades != 1 + steps * (scale.Grades - 1)) throw new InputException("grades", $"{grades}; expected {scale.Grades} or a number that leaves the {scale.Grades} grades of the data their places, such as {2 * scale.Grades - 1}");
        return dataset with
        {
            Scale = new GradeScale([.. Enumerable.Range(0, grades).Select(grade => scale.Gain((double)grade / steps))], scale.PositiveFrom * steps),
            Judgments = [.. dataset.Judgments.Select(judgment => judgment with { Rating = judgment.Rating * steps, Votes = judgment.Votes is { } votes ? Spread(votes) : null })],
        };

        int[] Spread(IReadOnlyList<int> votes) => [.. Enumerable.Range(0, grades).Select(grade => grade % steps == 0 ? votes[grade / steps] : 0)];
    }
}
