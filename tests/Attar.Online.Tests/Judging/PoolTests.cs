using Attar.Online.Judging;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Online.Tests.Judging;

public sealed class PoolTests
{
    static Dictionary<string, IReadOnlyList<string>> Lists(params (string System, string[] Products)[] lists) => lists.ToDictionary(list => list.System, list => (IReadOnlyList<string>)list.Products);

    [Fact]
    public void A_pool_of_depth_two_has_what_either_list_begins_with()
    {
        var lists = Lists(("a", ["p1", "p2", "p3"]), ("b", ["p2", "p4", "p1"]));
        IReadOnlyList<Pool.Pooled> pool = Pool.Of(lists, depth: 2, sample: 0, downTo: 3, "salt");
        Assert.Equal(["p1", "p2", "p4"], pool.Select(one => one.Product));
        Assert.All(pool, one => Assert.Equal(1, one.Share));
        Assert.Equal([("a", 1), ("b", 3)], pool[0].Ranks.Select(rank => (rank.Key, rank.Value)));
    }

    [Fact]
    public void Below_the_depth_a_share_is_drawn_and_says_so()
    {
        var lists = Lists(("a", [.. Enumerable.Range(1, 100).Select(i => $"p{i}")]));
        IReadOnlyList<Pool.Pooled> pool = Pool.Of(lists, 10, .2, 60, "salt");
        Assert.Equal(20, pool.Count);
        Assert.Equal(10, pool.Count(one => one.Share == .2 && one.Ranks["a"] is > 10 and <= 60));
        Assert.Equal(pool.Select(one => one.Product), Pool.Of(lists, 10, .2, 60, "salt").Select(one => one.Product));
        Assert.NotEqual(pool.Select(one => one.Product), Pool.Of(lists, 10, .2, 60, "other").Select(one => one.Product));
    }

    [Fact]
    public void Discounted_gain_by_hand() => // 1 / log2 2 + 0.5 / log2 4 + 1 of a quarter that was judged, / log2 8
        Assert.Equal(1 + .25 + 4.0 / 3, PooledDcg.Of([(1, 1, 1), (3, .5, 1), (7, 1, .25)]), 1e-12);

    /// <summary>The mean over samples is what judging everything gives: the estimate leans to neither side.</summary>
    [Fact]
    public void Samples_give_the_whole_on_average()
    {
        string[] list = [.. Enumerable.Range(1, 50).Select(i => $"p{i}")];
        double Gain(string product) => int.Parse(product[1..]) % 3 / 2.0;
        double whole = PooledDcg.Of(list.Select((product, i) => (i + 1, Gain(product), 1.0)));
        double[] estimates = [.. Enumerable.Range(0, 2000).Select(seed => PooledDcg.Of(Pool.Of(Lists(("a", list)), 5, .2, 50, $"{seed}").Select(one => (one.Ranks["a"], Gain(one.Product), one.Share))))];
        double error = Math.Sqrt(estimates.Select(one => (one - estimates.Average()) * (one - estimates.Average())).Average() / estimates.Length);
        Assert.InRange(estimates.Average(), whole - 4 * error, whole + 4 * error);
    }

    [Fact]
    public void Each_product_is_there_once_and_the_top_always() => Prop.ForAll(Gen.Choose(1, 30).ListOf().ToArbitrary(), Gen.Choose(1, 30).ListOf().ToArbitrary(), Gen.Choose(0, 10).ToArbitrary(), (a, b, depth) =>
    {
        string[] first = [.. a.Distinct().Select(i => $"p{i}")], second = [.. b.Distinct().Select(i => $"p{i}")];
        IReadOnlyList<Pool.Pooled> pool = Pool.Of(Lists(("a", first), ("b", second)), depth, .3, 20, "salt");
        return pool.DistinctBy(one => one.Product).Count() == pool.Count
            && first.Take(depth).Concat(second.Take(depth)).All(product => pool.Any(one => one.Product == product && one.Share == 1))
            && pool.All(one => one.Share is > 0 and <= 1);
    }).QuickCheckThrowOnFailure();
}
