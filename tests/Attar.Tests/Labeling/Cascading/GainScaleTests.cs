using Attar.Labeling.Cascading;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Labeling.Cascading;

public sealed class GainScaleTests
{
    static double Gain(double odds) => 1 / (1 + Math.Exp(-odds));

    [Fact]
    public void A_scale_that_made_the_gains_is_found_again()
    {
        double[] scores = [.. Enumerable.Range(0, 50_000).Select(i => i % 101 / 20.0 - 2.5)];
        GainScale scale = GainScale.Fit(scores, [.. scores.Select(score => Gain(.5 + 2 * score))]);
        Assert.Equal(.5, scale.Offset, .011); // the prior of 500 draws by a hundredth
        Assert.Equal(2, scale.Slope, .021);
        Assert.Equal(scale.Offset + 3 * scale.Slope, scale.Of(3), 1e-12);
    }

    [Fact]
    public void With_few_judgments_scores_stay_nearly_as_they_are()
    {
        GainScale scale = GainScale.Fit([1, -1, 2, -2], [1, 0, 1, 0]);
        Assert.InRange(scale.Offset, -.05, .05);
        Assert.InRange(scale.Slope, 1, 1.3);
        Assert.Equal(GainScale.Same, GainScale.Fit([], []));
    }

    [Fact]
    public void Scores_that_are_all_the_same_are_moved_to_the_mean_gain_and_no_further()
    {
        GainScale scale = GainScale.Fit([.. Enumerable.Repeat(0.0, 100_000)], [.. Enumerable.Repeat(.75, 100_000)]);
        Assert.Equal(Math.Log(3), scale.Of(0), .02);
    }

    [Fact]
    public void However_the_gains_lie_the_order_stays_the_teachers()
    {
        double[] scores = [.. Enumerable.Range(0, 10_000).Select(i => i % 7 - 3.0)];
        Assert.Equal(.05, GainScale.Fit(scores, [.. scores.Select(score => Gain(-score))]).Slope);
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(-400, 400).Zip(Gen.Choose(0, 4)).NonEmptyListOf().ToArbitrary(), pairs =>
        {
            GainScale scale = GainScale.Fit([.. pairs.Select(pair => pair.Item1 / 100.0)], [.. pairs.Select(pair => pair.Item2 / 4.0)]);
            return double.IsFinite(scale.Offset) && scale.Slope > 0 && double.IsFinite(scale.Slope);
        }));
    }
}
