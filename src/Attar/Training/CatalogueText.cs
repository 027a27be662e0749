using Attar.Data;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>The queries and products of a data set as tokens, each tokenised once.</summary>
public sealed class CatalogueText(PairText text, IEnumerable<Product> products)
{
    readonly Dictionary<string, Product> products = products.ToDictionary(product => product.Id);
    readonly Dictionary<string, ProductTokens> productTokens = [];
    readonly Dictionary<string, int[]> queryTokens = [];

    public TokenPair Pair(string query, string productId) => text.Encode(Query(query), Product(productId));

    /// <summary>Tokens of a pair, without writing it; a few too many where a field is cut.</summary>
    public int Length(string query, string productId) => Math.Min(text.Budget, Query(query).Length + Product(productId).Ids.Length + 3);

    int[] Query(string query)
    {
        if (!queryTokens.TryGetValue(query, out int[]? tokens)) queryTokens.Add(query, tokens = text.Query(query));
        return tokens;
    }

    ProductTokens Product(string id)
    {
        if (!productTokens.TryGetValue(id, out ProductTokens? tokens)) productTokens.Add(id, tokens = text.Prepare(ProductText.Fields(products[id])));
        return tokens;
    }
}
