using Attar.Models.Heads;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Heads;

public class GradeHeadTests
{
    [Fact]
    public void Expected_gain_by_hand()
    {
        // softmax(0, ln 3) = (1/4, 3/4); gains 0.2 and 1
        double[] distribution = new double[2];
        Assert.Equal(.8, GradeHead.ExpectedGain([0, MathF.Log(3)], [.2, 1], distribution), 1e-6);
        Assert.Equal(.25, distribution[0], 1e-6);
    }

    [Fact]
    public void Large_logits_stay_finite() => Assert.Equal(1, GradeHead.ExpectedGain([-1000, 1000], [0, 1], new double[2]), 1e-9);

    [Theory, InlineData(.5, 0), InlineData(.75, 1.0986123), InlineData(0, -9.2102404), InlineData(1, 9.2102404)]
    public void The_logit_of_a_gain_is_finite_at_the_ends(double gain, double logit) => Assert.Equal(logit, GradeHead.Logit(gain), 1e-6);

    [Theory, InlineData(.5, 4, .5), InlineData(.6, 4, .835052), InlineData(.9, 2, .987805), InlineData(.2, 1, .2), InlineData(.2, 3, .015385)] // .9²/(.9² + .1²) = .81/.82
    public void Polarised_by_hand(double gain, double steepness, double expected) => Assert.Equal(expected, GradeHead.Polarised(GradeHead.Logit(gain), steepness), 1e-6);

    [Fact]
    public void Polarised_gains_stay_in_bounds_and_in_order_and_both_ends_are_treated_alike() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from a in Gen.Choose(-9000, 9000) from b in Gen.Choose(-9000, 9000) from k in Gen.Choose(1, 800) select (a / 1000.0, b / 1000.0, k / 100.0)).ToArbitrary(), drawn =>
        {
            var (a, b, k) = drawn;
            double first = GradeHead.Polarised(a, k), second = GradeHead.Polarised(b, k), plain = GradeHead.Polarised(a, 1);
            return first is >= 0 and <= 1 && (a < b ? first <= second : first >= second) && Math.Abs(GradeHead.Polarised(-a, k) - (1 - first)) < 1e-12
                && (k >= 1 ? Math.Abs(first - .5) >= Math.Abs(plain - .5) - 1e-12 : Math.Abs(first - .5) <= Math.Abs(plain - .5) + 1e-12);
        }));
}
