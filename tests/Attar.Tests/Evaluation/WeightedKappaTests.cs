using Attar.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation;

public class WeightedKappaTests
{
    [Fact]
    public void Two_grades_are_plain_kappa() => // observed 5/6, expected by chance 1/2
        Assert.Equal(2 / 3.0, WeightedKappa.Quadratic(new long[,] { { 2, 1 }, { 0, 3 } }), 1e-12);

    [Fact]
    public void A_step_counts_once_and_two_steps_four_times() // rows 2 1 1, columns 2 1 1 of 4 pairs
    {
        const double observed = 1 + 1 + 4, expected = (2 + 2 + 1 + 1 + 4 * (2 + 2)) / 4.0;
        Assert.Equal(1 - observed / expected, WeightedKappa.Quadratic(new long[,] { { 1, 1, 0 }, { 0, 0, 1 }, { 1, 0, 0 } }), 1e-12);
    }

    [Fact]
    public void Perfect_opposite_and_undefined()
    {
        Assert.Equal(1, WeightedKappa.Quadratic(new long[,] { { 4, 0 }, { 0, 9 } }));
        Assert.Equal(-1, WeightedKappa.Quadratic(new long[,] { { 0, 5 }, { 5, 0 } }));
        Assert.True(double.IsNaN(WeightedKappa.Quadratic(new long[,] { { 0, 0 }, { 0, 7 } })));
        Assert.True(double.IsNaN(WeightedKappa.Quadratic(new long[2, 2])));
    }

    /// <summary>Two psychologists, 200 patients, and how much each confusion of three diagnoses weighs: the example of Cohen, Weighted kappa (1968).</summary>
    [Fact]
    public void Cohens_example()
    {
        long[,] patients = { { 88, 14, 18 }, { 10, 40, 10 }, { 2, 6, 12 } };
        double[,] weights = { { 0, 1, 3 }, { 1, 0, 6 }, { 3, 6, 0 } };
        Assert.Equal(.348, WeightedKappa.Of(patients, (i, j) => weights[i, j]), .0005);
        Assert.Equal(.492, WeightedKappa.Of(patients, (i, j) => i == j ? 0 : 1), .0005);
    }

    [Fact]
    public void It_is_at_most_one_and_does_not_care_who_is_who() => Prop.ForAll(Gen.Choose(0, 9).ArrayOf(9).ToArbitrary(), counts =>
    {
        var table = new long[3, 3];
        var turned = new long[3, 3];
        for (int i = 0; i < 9; i++) table[i / 3, i % 3] = turned[i % 3, i / 3] = counts[i];
        double kappa = WeightedKappa.Quadratic(table);
        return double.IsNaN(kappa) || kappa <= 1 + 1e-12 && Math.Abs(kappa - WeightedKappa.Quadratic(turned)) < 1e-12;
    }).QuickCheckThrowOnFailure();
}
