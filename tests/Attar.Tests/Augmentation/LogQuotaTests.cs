using Attar.Augmentation;
using Attar.Data;

namespace Attar.Tests.Augmentation;

public class LogQuotaTests
{
    /// <summary>One query is asked 90 times, ten 9 times, ninety once: a third of the searches each.</summary>
    static readonly Query[] Queries = [.. Enumerable.Range(0, 101).Select(i => new Query($"q{i}", $"query {i}"))];

    static int Searches(Query query) => int.Parse(query.Id[1..]) switch { 100 => 90, >= 90 => 9, _ => 1 };

    [Fact]
    public void Each_part_gives_its_share_and_the_tail_what_the_head_lacks()
    {
        var (chosen, parts) = new LogQuota(20, Head: .3, Torso: .4, Tail: .3).Choose(Queries, Searches, new Random(1));
        Assert.Equal(20, chosen.Count);
        Assert.Equal((1, 8, 11), (parts["head"], parts["torso"], parts["tail"])); // the head has one query of the six asked for
        Assert.Contains(Queries[100], chosen);
        Assert.Equal(chosen, chosen.OrderBy(query => int.Parse(query.Id[1..]))); // in the data's order
    }

    [Fact]
    public void A_budget_beyond_the_log_takes_all() => Assert.Equal(Queries, new LogQuota(1000).Choose(Queries, Searches, new Random(1)).Chosen);

    [Fact]
    public void Without_searches_the_order_of_the_log_tells_what_is_popular()
    {
        var (chosen, parts) = new LogQuota(30, 1, 0, 0).Choose(Queries, _ => 0, new Random(1));
        Assert.Equal(30, parts["head"]);
        Assert.All(chosen, query => Assert.InRange(int.Parse(query.Id[1..]), 0, 33));
    }
}
