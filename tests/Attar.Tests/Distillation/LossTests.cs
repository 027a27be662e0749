using Attar.Distillation;
using Attar.Distillation.Losses;
using FsCheck.Fluent;

namespace Attar.Tests.Distillation;

public class LossTests
{
    [Fact]
    public void Margin_mse_of_three_products_by_hand()
    {
        // d = s - t = (1, 0, -1); margins differ by 1, 2 and 1: (1 + 4 + 1) / 3 = 2; the anchor adds .5 (1 + 0 + 1) / 3
        float[] gradient = new float[3];
        Assert.Equal(2 + 1.0 / 3, MarginMse.Of([2, 1, 0], [1, 1, 1], .5f, gradient), 1e-9);
        // d loss / d s_0 = 2 (3·1 - 0) / 3 + 2 · .5 · 1 / 3
        Assert.Equal([2 + 1 / 3f, 0, -2 - 1 / 3f], gradient);
    }

    [Fact]
    public void Margin_mse_does_not_see_a_querys_offset()
    {
        float[] gradient = new float[4];
        Assert.Equal(0, MarginMse.Of([11, 12, 13, 15], [1, 2, 3, 5], 0, gradient), 1e-9);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void A_group_of_one_product_has_no_margin()
    {
        float[] gradient = new float[1];
        Assert.Equal(0, MarginMse.Of([3], [1], 0, gradient));
        Assert.Equal(0, gradient[0]);
        Assert.Equal(.4, MarginMse.Of([3], [1], .1f, gradient), 1e-6);
    }

    [Fact]
    public void The_one_pass_form_equals_the_sum_over_all_pairs() => Check(1e-4, (scores, targets) =>
    {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < scores.Length; i++)
            for (int j = i + 1; j < scores.Length; j++, pairs++)
                sum += Math.Pow(scores[i] - scores[j] - (targets[i] - targets[j]), 2);
        return (MarginMse.Of(scores, targets, 0, new float[scores.Length]), pairs == 0 ? 0 : sum / pairs);
    });

    [Theory, InlineData(Loss.MarginMse), InlineData(Loss.Mse), InlineData(Loss.SoftBce)]
    public void Every_gradient_is_the_slope_of_its_loss(Loss loss)
    {
        float[] scores = [.3f, -1.2f, 2, .1f], targets = [.2f, .9f, .5f, 0], gradient = new float[4];
        LossOf.Group(loss, scores, targets, .3f, gradient);
        for (int i = 0; i < scores.Length; i++)
        {
            float at = scores[i];
            double Of(float x) { scores[i] = x; return LossOf.Group(loss, scores, targets, .3f, new float[4]); }
            double slope = (Of(at + .01f) - Of(at - .01f)) / .02;
            scores[i] = at;
            Assert.Equal(slope, gradient[i], 1e-3);
        }
    }

    [Fact]
    public void Soft_cross_entropy_of_one_pair_by_hand()
    {
        // σ(0) = .5: -.75 ln .5 - .25 ln .5 = ln 2; gradient .5 - .75
        float[] gradient = new float[1];
        Assert.Equal(Math.Log(2), SoftBce.Of([0], [.75f], gradient), 1e-7);
        Assert.Equal(-.25f, gradient[0]);
    }

    [Fact]
    public void Soft_cross_entropy_stays_finite_far_out() =>
        Assert.Equal(500, SoftBce.Of([1000, -1000], [0, 0], new float[2]), 1e-6);

    static void Check(double tolerance, Func<float[], float[], (double Is, double Should)> both)
    {
        var values = ArbMap.Default.GeneratorFor<int>().Where(i => Math.Abs(i) < 100).Select(i => i / 10f).Two().NonEmptyListOf();
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(values), pairs =>
        {
            (double is_, double should) = both([.. pairs.Select(p => p.Item1)], [.. pairs.Select(p => p.Item2)]);
            return Math.Abs(is_ - should) <= tolerance * (1 + Math.Abs(should));
        }));
    }
}
