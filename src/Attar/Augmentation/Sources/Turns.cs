using Attar.Data;

namespace Attar.Augmentation.Sources;

/// <summary>What of the catalogue is to be covered evenly.</summary>
public enum Cover
{
    /// <summary>Nothing: what there is more of comes more often.</summary>
    None,

    /// <summary>Categories.</summary>
    Category,

    /// <summary>Brands.</summary>
    Brand,
}

/// <summary>The catalogue by turns: one product of each category or brand, then a second one of each, again from the start where a group has no more.</summary>
public sealed class Turns
{
    readonly int[][] groups;

    /// <param name="random">Decides the order within groups, and of the groups.</param>
    public Turns(IReadOnlyList<Product> catalogue, Cover by, Random random)
    {
        Func<Product, string> of = by == Cover.Brand ? product => product.Brand : product => product.Category;
        groups = [.. Enumerable.Range(0, catalogue.Count).GroupBy(i => of(catalogue[i])).Select(group => group.ToArray())];
        random.Shuffle(groups);
        foreach (int[] group in groups) random.Shuffle(group);
        Products = catalogue.Count;
    }

    public int Products { get; }

    /// <summary>The product whose turn it is, by its place in the catalogue.</summary>
    public int this[long turn]
    {
        get
        {
            int[] group = groups[turn % groups.Length];
            return group[turn / groups.Length % group.Length];
        }
    }
}
