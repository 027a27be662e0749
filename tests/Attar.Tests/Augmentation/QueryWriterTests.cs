using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Tests.Augmentation;

public class QueryWriterTests
{
    static readonly Product[] Shop =
    [
        new("p1", "Acme 18-volt cordless hammer drill with two batteries", "Acme", Attributes: "color=red"),
        new("p2", "Oak dining table for six", "Woody", "Furniture/Tables", "material=solid oak; color=natural"),
    ];

    static List<string> Write(int count, int seed, params string[] existing) => [.. new QueryWriter(Shop, existing).Write(count, new Random(seed)).Select(query => query.Text)];

    [Fact]
    public void Queries_are_made_of_the_words_of_one_product()
    {
        List<string> queries = Write(60, 1);
        Assert.Contains("acme hammer drill", queries); // brand and type
        Assert.Contains("red hammer drill", queries); // attribute and type
        Assert.Contains(queries, query => query.EndsWith("drills", StringComparison.Ordinal) || query == "woody table"); // the other number
        Assert.All(queries, query => Assert.DoesNotContain(" with ", query));
        Assert.All(queries, query => Assert.False(query.Contains("acme") && query.Contains("oak")));
    }

    [Fact]
    public void No_query_comes_twice_nor_equals_an_existing_one()
    {
        List<string> all = Write(1000, 2);
        Assert.Equal(all.Count, all.Select(QueryKey.Of).Distinct().Count());
        string[] existing = [.. all.Take(20).Select(query => query.ToUpperInvariant() + "!")];
        Assert.Empty(Write(1000, 2, existing).Select(QueryKey.Of).Intersect(existing.Select(QueryKey.Of)));
    }

    [Fact]
    public void A_small_catalogue_runs_out_instead_of_running_on() => Assert.InRange(Write(100_000, 3).Count, 20, 99_999);

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(Write(30, 4), Write(30, 4));
        Assert.NotEqual(Write(30, 4), Write(30, 5));
    }
}
