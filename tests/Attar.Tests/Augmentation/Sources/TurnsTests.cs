using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Tests.Augmentation.Sources;

public class TurnsTests
{
    static readonly Product[] Shop = [.. Enumerable.Range(0, 1000).Select(i => new Product($"p{i}", "thing", i % 2 == 0 ? "Acme" : "Bolt", i < 997 ? "lamps" : i == 997 ? "sofas" : "rugs"))];

    [Fact]
    public void Every_category_comes_equally_often_and_every_product_of_one_before_any_twice()
    {
        var turns = new Turns(Shop, Cover.Category, new Random(1));
        int[] first = [.. Enumerable.Range(0, 300).Select(turn => turns[turn])];
        Assert.Equal([100, 100, 100], first.CountBy(product => Shop[product].Category).Select(group => group.Value));
        Assert.Equal(100, first.Where(product => product < 997).Distinct().Count());
    }

    [Fact]
    public void The_next_query_goes_on_where_the_last_one_stopped()
    {
        var turns = new Turns(Shop, Cover.Brand, new Random(1));
        var source = new EvenProducts("random", turns, 3);
        int[] dealt = [.. Enumerable.Range(0, 100).SelectMany(number => source.Propose(new SearchedQuery("", number, []), new Random(number)).Take(3))];
        Assert.Equal(Enumerable.Range(0, 300).Select(turn => turns[turn]), dealt);
        Assert.Equal([150, 150], dealt.CountBy(product => Shop[product].Brand).Select(group => group.Value));
    }
}
