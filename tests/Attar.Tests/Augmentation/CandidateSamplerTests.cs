using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Retrieval;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Augmentation;

public class CandidateSamplerTests
{
    /// <summary>1,500 drills of which the first are the shortest texts, 100 saws of the same category as the first drill, 100 lamps.</summary>
    static readonly Product[] Shop =
    [
        .. Enumerable.Range(0, 1500).Select(i => new Product($"drill{i:0000}", "drill" + string.Concat(Enumerable.Repeat(" plus", i / 50)), Category: i < 5 ? "tools" : "other")),
        .. Enumerable.Range(0, 100).Select(i => new Product($"saw{i:000}", "saw", Category: "tools")),
        .. Enumerable.Range(0, 100).Select(i => new Product($"lamp{i:000}", "lamp", "Bright")),
    ];

    static readonly Bm25Index Index = new(Shop);

    static (string, int)[] Quotas(int top, int middle, int deep, int category, int random) =>
        [(PairSources.Top, top), (PairSources.Middle, middle), (PairSources.Deep, deep), (PairSources.Category, category), (PairSources.Random, random)];

    static CandidateSampler Sampler((string, int)[] quotas, double? similarity = null) => new(Index, PairSources.Mix(quotas, new SourceNeeds(Shop)), similarity);

    static ILookup<string, string> Pick((string, int)[] quotas, string query = "drill", int seed = 1) =>
        Sampler(quotas).Pick(query, new System.Random(seed)).Picked.ToLookup(candidate => candidate.Source, candidate => Shop[candidate.Product].Id);

    [Fact]
    public void Each_source_gives_its_quota_from_its_own_ranks()
    {
        string[] ranked = [.. Index.Search("drill", 1000).Select(hit => Shop[hit.Product].Id)];
        var picked = Pick(Quotas(12, 6, 4, 5, 3));
        Assert.Equal(ranked[..12], picked["bm25-top"]);
        Assert.Equal(6, picked["bm25-mid"].Intersect(ranked[12..100]).Count());
        Assert.Equal(4, picked["bm25-deep"].Intersect(ranked[100..]).Count());
        Assert.Equal(5, picked["category"].Count(id => id.StartsWith("saw", StringComparison.Ordinal))); // the tools that are drills were taken already
        Assert.Equal(3, picked["random"].Count());
    }

    [Fact]
    public void Without_a_category_the_brand_makes_neighbours()
    {
        var picked = Pick(Quotas(1, 0, 0, 4, 0), "lamp");
        Assert.All(picked["category"], id => Assert.StartsWith("lamp", id));
        Assert.Equal(4, picked["category"].Count());
    }

    [Fact]
    public void What_a_source_lacks_search_fills_up()
    {
        var picked = Pick(Quotas(10, 5, 10, 0, 5), "saw"); // 100 hits: nothing deep
        Assert.Empty(picked["bm25-deep"]);
        Assert.Equal(15, picked["bm25-mid"].Count());
    }

    [Fact]
    public void A_query_that_finds_nothing_gets_random_products_only() =>
        Assert.Equal(["random"], Pick(Quotas(10, 5, 5, 5, 5), "xyzzy").Select(source => source.Key));

    [Fact]
    public void No_product_comes_twice_and_the_quota_is_kept() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        var quota = Quotas(random.Next(20), random.Next(200), random.Next(20), random.Next(200), random.Next(20));
        string query = new[] { "drill", "saw", "lamp plus", "xyzzy" }[random.Next(4)];
        var candidates = Sampler(quota).Pick(query, new System.Random(seed));
        var again = Sampler(quota).Pick(query, new System.Random(seed));
        return candidates.Picked.Select(c => c.Product).Distinct().Count() == candidates.Picked.Count
            && candidates.Picked.Count <= quota.Sum(part => part.Item2) && candidates.Picked.SequenceEqual(again.Picked)
            && candidates.Duplicates >= 0 && candidates.Picked.All(c => PairSources.All.Contains(c.Source));
    }));
}
