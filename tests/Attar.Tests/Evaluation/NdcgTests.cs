using Attar.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation;

public sealed class NdcgTests
{
    [Fact]
    public void A_ranking_earns_its_discounted_gain_as_a_share_of_the_best()
    {
        // ranked: gains 0, 1, .5; earned 0/log2(2) + 1/log2(3) + .5/log2(4) = .6309298 + .25; best 1/1 + .5/1.5849625 = 1.3154649
        Assert.Equal(.8809298 / 1.3154649, Ndcg.At(5, [.9f, .5f, .1f], [0, 1, .5], ["a", "b", "c"]), 1e-7);
    }

    [Fact]
    public void Only_the_first_k_ranks_count_in_ranking_and_ideal()
    {
        // the two first: 0 + 1/log2(3) over 1 + .5/log2(3)
        Assert.Equal(.6309298 / 1.3154649, Ndcg.At(2, [.9f, .5f, .1f], [0, 1, .5], ["a", "b", "c"]), 1e-7);
        Assert.Equal(0, Ndcg.At(1, [.9f, .5f, .1f], [0, 1, .5], ["a", "b", "c"]));
    }

    [Fact]
    public void Equal_scores_are_ordered_by_product_id_whatever_the_order_of_the_file()
    {
        Assert.Equal(1, Ndcg.At(5, [1, 1], [1, 0], ["a", "b"]));
        Assert.Equal(1 / Math.Log2(3), Ndcg.At(5, [1, 1], [1, 0], ["b", "a"]), 1e-12);
        Assert.Equal(1 / Math.Log2(3), Ndcg.At(5, [1, 1], [0, 1], ["B", "a"]), 1e-12); // ordinal: capitals first
    }

    [Fact]
    public void Queries_with_one_product_or_no_gain_are_left_out()
    {
        Assert.True(double.IsNaN(Ndcg.At(5, [1], [1], ["a"])));
        Assert.True(double.IsNaN(Ndcg.At(5, [2, 1], [0, 0], ["a", "b"])));
        Assert.False(Ndcg.Counts([]));
        Assert.True(Ndcg.Counts([0, .01]));
    }

    [Fact]
    public void Ideal_ranking_has_ndcg_one_and_none_is_above_it() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        (double[] gains, string[] ids) = Parts(list);
        if (!Ndcg.Counts(gains)) return true;
        return Math.Abs(Ndcg.At(5, [.. gains.Select(gain => (float)gain)], gains, ids) - 1) < 1e-12
            && Ndcg.At(5, Scores(list), gains, ids) is >= 0 and <= 1 + 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Only_the_order_of_the_scores_matters() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        (double[] gains, string[] ids) = Parts(list);
        float[] stretched = [.. list.Select(at => MathF.Exp(at.Score) * 3 - 7)];
        return Ndcg.At(10, Scores(list), gains, ids).Equals(Ndcg.At(10, stretched, gains, ids));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_file_does_not_matter() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        (double[] gains, string[] ids) = Parts(list);
        double there = Ndcg.At(5, Scores(list), gains, ids), back = Ndcg.At(5, [.. Scores(list).Reverse()], [.. gains.Reverse()], [.. ids.Reverse()]);
        return there.Equals(back);
    }).QuickCheckThrowOnFailure();

    static float[] Scores((float Score, int Rating)[] list) => [.. list.Select(at => at.Score)];

    static (double[] Gains, string[] Ids) Parts((float Score, int Rating)[] list) =>
        ([.. list.Select(at => at.Rating / 3.0)], [.. list.Select((_, p) => $"p{p:00}")]);
}
