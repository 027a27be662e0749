using Attar.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation;

public sealed class PairAccuracyTests
{
    [Fact]
    public void Pairs_ordered_rightly_count_one_and_tied_ones_half()
    {
        // ratings 2 1 0 0: five pairs differ; scores 3 5 3 1 order 2>1 wrongly, 2>0 tied and rightly, 1>0 rightly twice: 3.5 of 5
        Assert.Equal(3.5 / 5, PairAccuracy.Of([3, 5, 3, 1], [2, 1, 0, 0]));
    }

    [Fact]
    public void Equal_ratings_say_nothing() => Assert.True(double.IsNaN(PairAccuracy.Of([1, 2, 3], [1, 1, 1])));

    [Fact]
    public void Reversed_scores_have_the_complement() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        double[] ratings = [.. list.Select(at => (double)at.Rating)];
        double there = PairAccuracy.Of([.. list.Select(at => at.Score)], ratings), reversed = PairAccuracy.Of([.. list.Select(at => -at.Score)], ratings);
        return double.IsNaN(there) ? ratings.Distinct().Count() == 1 : Math.Abs(there + reversed - 1) < 1e-12;
    }).QuickCheckThrowOnFailure();
}
