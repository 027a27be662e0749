using Attar.Data;

namespace Attar.Augmentation.Sources;

/// <summary>Other products of the group that the best result belongs to: its category or its brand.</summary>
sealed class Neighbours : IPairSource
{
    readonly IReadOnlyList<Product> catalogue;
    readonly Func<Product, string> groupOf;
    readonly Dictionary<string, int[]> groups;

    /// <param name="groupOf">A product's group; empty where it has none.</param>
    Neighbours(string name, IReadOnlyList<Product> catalogue, Func<Product, string> groupOf)
    {
        (Name, this.catalogue, this.groupOf) = (name, catalogue, groupOf);
        groups = Enumerable.Range(0, catalogue.Count).GroupBy(i => groupOf(catalogue[i])).ToDictionary(group => group.Key, group => group.ToArray());
    }

    public string Name { get; }

    /// <summary>The same kind of thing, perhaps without a common word. Where the catalogue has no categories, the brand makes neighbours.</summary>
    public static Neighbours ByCategory(string name, IReadOnlyList<Product> catalogue) =>
        new(name, catalogue, product => product.Category.Length > 0 ? "category " + product.Category : product.Brand.Length > 0 ? "brand " + product.Brand : "");

    /// <summary>Other things by the same maker: a brand alone is no answer.</summary>
    public static Neighbours ByBrand(string name, IReadOnlyList<Product> catalogue) => new(name, catalogue, product => product.Brand);

    public IEnumerable<int> Propose(SearchedQuery query, Random random)
    {
        if (query.Found.Length == 0 || groupOf(catalogue[query.Found[0]]) is not { Length: > 0 } group) return [];
        int[] products = groups[group];
        return Shuffle.Of(products.Length, random).Select(i => products[i]);
    }
}
