using Attar.Data;
using Attar.Retrieval;

namespace Attar.Augmentation.Sources;

/// <summary>What shoppers who typed the same, then who typed something alike, bought, put into the cart or clicked.</summary>
sealed class ShopperBehaviour : IPairSource
{
    const int Alike = 5; // queries, by BM25 over all that were asked

    readonly Bm25Index queries;
    readonly Dictionary<string, int> queryAt;
    readonly int[][] products; // of each query, the most wanted first

    /// <exception cref="InputException">No product of the catalogue was wanted.</exception>
    public ShopperBehaviour(string name, UbiLog log, IReadOnlyList<Product> catalogue)
    {
        Name = name;
        var productAt = catalogue.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        AskedQuery[] asked = [.. log.Queries.Where(query => query.Wanted.Keys.Any(productAt.ContainsKey))];
        if (asked.Length == 0) throw new InputException(log.Path, "no click, cart or purchase of a product of the catalogue; expected UBI events whose object_id is a product's id; correct the file, or set behaviourShare to 0");
        queries = new Bm25Index([.. asked.Select(query => new Product(query.Key, query.Key))]);
        queryAt = asked.Index().ToDictionary(entry => entry.Item.Key, entry => entry.Index);
        products = [.. asked.Select(query => query.Wanted
            .Where(wanted => productAt.ContainsKey(wanted.Key))
            .OrderByDescending(wanted => wanted.Value).ThenBy(wanted => wanted.Key, StringComparer.Ordinal)
            .Select(wanted => productAt[wanted.Key]).ToArray())];
    }

    public string Name { get; }

    public IEnumerable<int> Propose(SearchedQuery query, Random random)
    {
        int[] same = queryAt.TryGetValue(QueryKey.Of(query.Text), out int own) ? products[own] : [];
        return same.Concat(queries.Search(query.Text, Alike).SelectMany(hit => products[hit.Product]));
    }
}
