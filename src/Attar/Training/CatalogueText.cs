using System.Collections.Concurrent;
using Attar.Data;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>The queries and products of a data set as tokens, each tokenised once; for several threads at once.</summary>
public sealed class CatalogueText(PairText text, IEnumerable<Product> products)
{
    readonly Dictionary<string, Product> products = products.ToDictionary(product => product.Id);
    readonly ConcurrentDictionary<string, ProductTokens> productTokens = [];
    readonly ConcurrentDictionary<string, int[]> queryTokens = [];

    public TokenPair Pair(string query, string productId) => text.Encode(Query(query), Product(productId));

    /// <summary>Tokens of a pair, without writing it; a few too many where a field is cut.</summary>
    public int Length(string query, string productId) => Math.Min(text.Budget, Query(query).Length + Product(productId).Ids.Length + 3);

    int[] Query(string query) => queryTokens.GetOrAdd(query, text.Query);

    ProductTokens Product(string id) => productTokens.GetOrAdd(id, _ => text.Prepare(ProductText.Fields(products[id])));
}
