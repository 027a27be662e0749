using Attar.Evaluation;
using Attar.Online.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Online.Tests.Statistics;

public sealed class KrippendorffTests
{
    /// <summary>Four observers, twelve units, values 1 to 5, some missing (0): the example of Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C.</summary>
    static readonly int[][] observers =
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ];

    static IReadOnlyList<int>[] Units(int[][] raters) => [.. Enumerable.Range(0, raters[0].Length).Select(unit => (IReadOnlyList<int>)[.. raters.Select(rater => rater[unit]).Where(value => value > 0).Select(value => value - 1)])];

    [Theory, InlineData(Level.Nominal, .743), InlineData(Level.Ordinal, .815), InlineData(Level.Interval, .849)]
    public void The_published_example(Level level, double alpha) => Assert.Equal(alpha, Krippendorff.Alpha(Units(observers), 5, level), .0005);

    /// <summary>Two observers, ten units, two values: section A of the same paper.</summary>
    [Fact]
    public void Two_observers_and_two_values() => Assert.Equal(.095, Krippendorff.Alpha(Units([[1, 2, 1, 1, 1, 1, 1, 1, 2, 1], [2, 2, 2, 1, 1, 2, 1, 1, 1, 1]]), 2, Level.Nominal), .0005);

    [Fact]
    public void Agreement_is_one_and_nothing_to_disagree_on_is_undefined()
    {
        Assert.Equal(1, Krippendorff.Alpha([[0, 0], [2, 2], [1, 1, 1]], 3, Level.Ordinal));
        Assert.True(double.IsNaN(Krippendorff.Alpha([[1, 1], [1, 1]], 3, Level.Ordinal)));
        Assert.True(double.IsNaN(Krippendorff.Alpha([[1], [2], []], 3, Level.Ordinal)));
    }

    [Fact]
    public void Neither_the_order_of_raters_nor_units_of_one_value_matter() => Prop.ForAll(Gen.Choose(0, 3).ArrayOf(3).NonEmptyListOf().ToArbitrary(), units =>
    {
        double alpha = Krippendorff.Alpha(units, 4, Level.Ordinal), turned = Krippendorff.Alpha([[2], .. units.Select(unit => unit.Reverse().ToArray()).Reverse()], 4, Level.Ordinal);
        return double.IsNaN(alpha) ? double.IsNaN(turned) : alpha <= 1 + 1e-12 && Math.Abs(alpha - turned) < 1e-9;
    }).QuickCheckThrowOnFailure();

    /// <summary>Of two raters and whole scales, alpha at interval level is quadratic weighted kappa but for (n - 1) / n and margins that are pooled.</summary>
    [Fact]
    public void It_is_close_to_quadratic_kappa_where_both_have_the_same_margins()
    {
        int[] first = [.. Enumerable.Range(0, 400).Select(i => i % 4)], second = [.. first.Select((grade, i) => i / 4 % 5 == 0 ? 3 - grade : grade)];
        double kappa = WeightedKappa.Quadratic(WeightedKappa.Confusion(4, first, second, [.. first.Select(_ => 1)]));
        Assert.Equal(kappa, Krippendorff.Alpha(first.Zip(second, (a, b) => (IReadOnlyList<int>)[a, b]), 4, Level.Interval), .005);
    }
}
