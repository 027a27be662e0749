using Attar.Augmentation;
using Attar.Data;

namespace Attar.Tests.Augmentation;

public class LogQuotaTests
{
    /// <summary>One query is asked 90 times, ten 9 times, ninety once: a third of the searches each.</summary>
    static readonly Query[] Queries = [.. Enumerable.Range(0, 101).Select(i => new Query($"q{i}", $"query {i}"))];

    static int Searches(Query query) => int.Parse(query.Id[1..]) switch { 100 => 90, >= 90 => 9, _ => 1 };

    static List<Query> Choose(LogQuota quota, Func<Query, int> searches) => quota.Choose(QuerySources.Stratified(Queries, searches), new Random(1));

    [Fact]
    public void Each_third_of_the_searches_is_a_stratum()
    {
        var strata = QuerySources.Stratified(Queries, Searches).CountBy(query => query.Source!).ToDictionary();
        Assert.Equal((1, 10, 90), (strata["head"], strata["torso"], strata["tail"]));
    }

    [Fact]
    public void Each_stratum_gives_its_share_and_the_tail_what_the_head_lacks()
    {
        List<Query> chosen = Choose(new LogQuota(20, Head: .3, Torso: .4, Tail: .3), Searches);
        var strata = chosen.CountBy(query => query.Source!).ToDictionary();
        Assert.Equal((1, 8, 11), (strata["head"], strata["torso"], strata["tail"])); // the head has one query of the six asked for
        Assert.Contains(chosen, query => query.Id == "q100");
        Assert.Equal(chosen, chosen.OrderBy(query => int.Parse(query.Id[1..]))); // in the data's order
    }

    [Fact]
    public void A_budget_beyond_the_log_takes_all() => Assert.Equal(Queries.Select(query => query.Id), Choose(new LogQuota(1000), Searches).Select(query => query.Id));

    [Fact]
    public void Without_searches_the_order_of_the_log_tells_what_is_popular()
    {
        List<Query> chosen = Choose(new LogQuota(30, 1, 0, 0), _ => 0);
        Assert.Equal(30, chosen.Count(query => query.Source == "head"));
        Assert.All(chosen, query => Assert.InRange(int.Parse(query.Id[1..]), 0, 33));
    }
}
