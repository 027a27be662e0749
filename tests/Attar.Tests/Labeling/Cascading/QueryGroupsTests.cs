using Attar.Augmentation;
using Attar.Labeling.Cascading;

namespace Attar.Tests.Labeling.Cascading;

public sealed class QueryGroupsTests
{
    static readonly CandidatePair[] pairs = [.. "a1 a2 b1 c1 c2 c3 a4".Split(' ').Select(name => new CandidatePair(name[..1], name[1..], ""))];

    static string Names(CandidatePair[] group) => string.Join(' ', group.Select(pair => pair.QueryId + pair.ProductId));

    [Fact]
    public void Groups_are_what_stands_together() => Assert.Equal(["a1 a2", "b1", "c1 c2 c3", "a4"], new QueryGroups(pairs).All().Select(Names));

    [Theory, InlineData(0, 1, 2, 3, 4, 5, 6), InlineData(6, 5, 4, 3, 2, 1, 0), InlineData(3, 3, 0, 5, 5, 2, 6)]
    public void A_pair_s_group_is_found_in_whatever_order_pairs_come(params int[] order)
    {
        using var groups = new QueryGroups(pairs);
        string[] expected = ["a1 a2", "a1 a2", "b1", "c1 c2 c3", "c1 c2 c3", "c1 c2 c3", "a4"];
        foreach (int i in order) Assert.Equal(expected[i], Names(groups.Around(pairs[i])));
    }

    [Fact]
    public void In_their_order_the_pairs_are_read_once()
    {
        int read = 0;
        using var groups = new QueryGroups(pairs.Select(pair =>
        {
            read++;
            return pair;
        }));
        foreach (CandidatePair pair in pairs) groups.Around(pair);
        Assert.Equal(pairs.Length, read);
    }

    [Fact]
    public void A_pair_that_is_not_there_is_refused()
    {
        using var groups = new QueryGroups(pairs);
        Assert.Contains("query b and product 9", Assert.Throws<ArgumentException>(() => groups.Around(new CandidatePair("b", "9", ""))).Message);
    }
}
