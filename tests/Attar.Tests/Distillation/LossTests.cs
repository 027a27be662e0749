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

    [Theory, InlineData(Loss.MarginMse), InlineData(Loss.Mse), InlineData(Loss.SoftBce), InlineData(Loss.ListwiseKl), InlineData(Loss.RankNet), InlineData(Loss.InfoNce)]
    public void Every_gradient_is_the_slope_of_its_loss(Loss loss)
    {
        float[] scores = [.3f, -1.2f, 2, .1f], targets = [.2f, .9f, .5f, 0], gradient = new float[4];
        LossOf.Group(loss, scores, targets, .3f, 1.7f, gradient, .6f);
        for (int i = 0; i < scores.Length; i++)
        {
            float at = scores[i];
            double Of(float x) { scores[i] = x; return LossOf.Group(loss, scores, targets, .3f, 1.7f, new float[4], .6f); }
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

    [Fact]
    public void Listwise_divergence_of_two_products_by_hand()
    {
        // p = (.75, .25), q = (.5, .5): .75 ln 1.5 + .25 ln .5; gradient q - p
        float[] gradient = new float[2];
        double divergence = .75 * Math.Log(1.5) + .25 * Math.Log(.5);
        Assert.Equal(divergence, ListwiseKl.Of([0, 0], [MathF.Log(3), 0], 1, gradient), 1e-7);
        Assert.Equal([-.25f, .25f], gradient, Close);
        // at temperature 2 twice the scores make the same distributions; the loss grows by 2², its gradient by 2
        Assert.Equal(4 * divergence, ListwiseKl.Of([0, 0], [2 * MathF.Log(3), 0], 2, gradient), 1e-7);
        Assert.Equal([-.5f, .5f], gradient, Close);
    }

    [Fact]
    public void A_teacher_made_surer_counts_its_best_product_for_more()
    {
        // at U = .5 the teacher's (.75, .25) becomes (.9, .1)
        float[] gradient = new float[2];
        Assert.Equal(.9 * Math.Log(1.8) + .1 * Math.Log(.2), ListwiseKl.Of([0, 0], [MathF.Log(3), 0], 1, gradient, .5f), 1e-6);
        Assert.Equal([-.4f, .4f], gradient, Close);
    }

    [Fact]
    public void Info_nce_of_three_products_by_hand()
    {
        // gains (1, .5, 0) share out as (2/3, 1/3, 0); the student's softmax is (.5, .25, .25)
        float[] gradient = new float[3];
        double loss = -(2 * Math.Log(.5) + Math.Log(.25)) / 3;
        Assert.Equal(loss, InfoNce.Of([MathF.Log(2), 0, 0], [1, .5f, 0], 1, gradient), 1e-6);
        Assert.Equal([.5f - 2 / 3f, .25f - 1 / 3f, .25f], gradient, Close);
        Assert.Equal(loss, InfoNce.Of([MathF.Log(2) / 2, 0, 0], [1, .5f, 0], .5f, gradient), 1e-6); // half the scores at half the temperature
        Assert.Equal([1 - 4 / 3f, .5f - 2 / 3f, .5f], gradient, Close);
        Assert.Equal(0, InfoNce.Of([1, 2, 3], [0, 0, 0], 1, gradient));
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void Info_nce_is_the_cross_entropy_of_its_shares() => Check(1e-5, (scores, targets) =>
    {
        float[] gains = [.. targets.Select(target => Math.Clamp(Math.Abs(target) / 10, 0, 1))];
        double whole = gains.Sum(gain => (double)gain), sum = Math.Log(scores.Sum(score => Math.Exp(score / 2.0)));
        double loss = InfoNce.Of(scores, gains, 2, new float[scores.Length]);
        return (loss, whole == 0 ? 0 : scores.Zip(gains, (score, gain) => gain / whole * (sum - score / 2.0)).Sum());
    });

    [Fact]
    public void Rank_net_of_three_products_by_hand()
    {
        // the teacher puts the first above each other with .75; the student with .5, so that every pair costs ln 2
        float[] gradient = new float[3];
        Assert.Equal(Math.Log(2), RankNet.Of([0, 0, 0], [MathF.Log(3), 0, 0], gradient), 1e-7);
        Assert.Equal([-.5f / 3, .25f / 3, .25f / 3], gradient, Close); // .5 - .75 twice, over three pairs
    }

    /// <summary>kl_div of log_softmax, and binary_cross_entropy_with_logits of the margins, in PyTorch 1.13.</summary>
    [Fact]
    public void Listwise_divergence_and_rank_net_are_as_in_PyTorch()
    {
        float[] scores = [.3f, -1.2f, 2, .1f], targets = [.2f, .9f, .5f, 0], gradient = new float[4];
        Assert.Equal(.869650661945343, ListwiseKl.Of(scores, targets, 1.7f, gradient), 1e-6);
        Assert.Equal([-.0317f, -.4188f, .4786f, -.0282f], gradient, (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(1.12680184841156, RankNet.Of(scores, targets, gradient), 1e-6);
        Assert.Equal([.0358f, -.2570f, .1797f, .0416f], gradient, (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Rank_net_of_a_teacher_that_is_sure_is_the_logistic_loss_of_its_order() =>
        Assert.Equal(Math.Log(1 + Math.Exp(-.5)), RankNet.Of([.5f, 0], [80, 0], new float[2]), 1e-7);

    [Theory, InlineData(Loss.MarginMse), InlineData(Loss.ListwiseKl), InlineData(Loss.RankNet)]
    public void A_loss_over_differences_does_not_see_an_offset_and_its_anchor_does(Loss loss)
    {
        float[] gradient = new float[3], targets = [.2f, .9f, -2], scores = [.. targets.Select(target => target + 5)];
        LossOf.Group(loss, scores, targets, 0, 1, gradient);
        Assert.All(gradient, g => Assert.Equal(0, g, 1e-6));
        LossOf.Group(loss, scores, targets, .3f, 1, gradient);
        Assert.All(gradient, g => Assert.Equal(.3 * 2 * 5 / 3, g, 1e-5)); // of weight · mean d²

        Assert.Equal(0, LossOf.Group(loss, [3], [1], 0, 1, gradient.AsSpan(0, 1)));
        Assert.Equal(0, gradient[0]);
    }

    [Fact]
    public void Losses_over_differences_pull_a_group_apart_but_never_along() => Check(1e-6, (scores, targets) =>
    {
        float[] listwise = new float[scores.Length], pairs = new float[scores.Length];
        double divergence = ListwiseKl.Of(scores, targets, 2, listwise);
        RankNet.Of(scores, targets, pairs);
        return (Math.Abs(listwise.Sum()) + Math.Abs(pairs.Sum()) + Math.Min(divergence, 0), 0);
    });

    static bool Close(float a, float b) => Math.Abs(a - b) < 1e-6;

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
