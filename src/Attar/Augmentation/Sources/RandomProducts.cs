namespace Attar.Augmentation.Sources;

/// <summary>Products from anywhere: most have nothing to do with the query.</summary>
sealed record RandomProducts(string Name, int Products) : IPairSource
{
    public IEnumerable<int> Propose(SearchedQuery query, Random random) => Shuffle.Of(Products, random);
}

/// <summary>Products from anywhere, but every category or brand as often as any other.</summary>
/// <param name="quota">Products a query takes: where the next one's turns begin.</param>
sealed class EvenProducts(string name, Turns turns, int quota) : IPairSource
{
    public string Name => name;

    public IEnumerable<int> Propose(SearchedQuery query, Random random)
    {
        for (long turn = query.Number * quota, end = turn + turns.Products; turn < end; turn++) yield return turns[turn];
    }
}
