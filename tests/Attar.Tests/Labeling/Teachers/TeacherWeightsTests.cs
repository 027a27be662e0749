using Attar.Labeling.Teachers;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Labeling.Teachers;

public sealed class TeacherWeightsTests
{
    [Fact]
    public void Who_knows_counts_and_who_guesses_does_not()
    {
        var random = new Random(1);
        double[] gains = [.. Enumerable.Range(0, 4_000).Select(_ => random.NextDouble())];
        double[] knows = [.. gains.Select(gain => Math.Log(gain / (1 - gain)))], guesses = [.. gains.Select(_ => 2 * random.NextDouble() - 1)];
        Assert.InRange(TeacherWeights.Fit([knows, guesses], gains)[0], .95, 1);
        double[] weights = TeacherWeights.Fit([guesses, knows, [.. knows.Select(score => -score)]], gains); // one that says the opposite
        Assert.InRange(weights[1], .95, 1);
        Assert.Equal(0, weights[2]);
    }

    [Fact]
    public void Two_that_each_know_a_half_count_alike()
    {
        var random = new Random(2);
        double[] first = [.. Enumerable.Range(0, 4_000).Select(_ => 4 * random.NextDouble() - 2)], second = [.. first.Select(_ => 4 * random.NextDouble() - 2)];
        double[] gains = [.. first.Zip(second, (a, b) => 1 / (1 + Math.Exp(-(a + b))))];
        Assert.All(TeacherWeights.Fit([first, second], gains), weight => Assert.InRange(weight, .49, .51));
    }

    [Fact]
    public void Weights_are_twentieths_with_the_sum_one()
    {
        Assert.Equal([.35, .65], TeacherWeights.Rounded([.334, .666]));
        Assert.Equal([.35, .35, .3], TeacherWeights.Rounded(TeacherWeights.Alike(3)));
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(1, 1000).NonEmptyListOf().Select(list => list.Take(6).ToArray()).ToArbitrary(), sizes =>
        {
            double[] weights = TeacherWeights.Rounded([.. sizes.Select(size => (double)size / sizes.Sum())]);
            return Math.Abs(weights.Sum() - 1) < 1e-9 && weights.Zip(sizes, (weight, size) => Math.Abs(weight - (double)size / sizes.Sum())).All(off => off <= .05 + 1e-9);
        }));
    }
}
