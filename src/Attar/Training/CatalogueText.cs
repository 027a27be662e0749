using Attar.Data;
using Attar.Models;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>The queries and products of a data set as tokens; for several threads at once. A product is tokenised once, and its text is then let go.</summary>
public sealed class CatalogueText
{
    const int Queries = 1 << 17; // remembered: training and labelling meet the pairs of a query close together

    readonly PairText text;
    readonly Product?[] products;
    readonly ProductTokens?[] tokens;
    readonly Dictionary<string, int> places;
    readonly BoundedCache<string, QueryTokens> queries = new(Queries);

    public CatalogueText(PairText text, IEnumerable<Product> products)
    {
        this.text = text;
        this.products = [.. products];
        tokens = new ProductTokens?[this.products.Length];
        places = this.products.Index().ToDictionary(entry => entry.Item!.Id, entry => entry.Index);
    }

    /// <summary>A product's place in the catalogue; null where it has no such product.</summary>
    public int? PlaceOf(string productId) => places.TryGetValue(productId, out int place) ? place : null;

    public TokenPair Pair(string query, string productId) => Pair(query, places[productId]);

    /// <param name="product">Its place in the catalogue.</param>
    public TokenPair Pair(string query, int product) => text.Encode(Query(query), Product(product));

    /// <summary>Tokens of a pair, without writing it; a few too many where a field is cut.</summary>
    public int Length(string query, string productId) => Length(query, places[productId]);

    /// <inheritdoc cref="Length(string, string)"/>
    public int Length(string query, int product) => Math.Min(text.Budget, Query(query).Ids.Length + Product(product).Ids.Length + 3);

    QueryTokens Query(string query)
    {
        if (!queries.TryGet(query, out QueryTokens known)) queries.Add(query, known = text.Query(query));
        return known;
    }

    ProductTokens Product(int place)
    {
        if (Volatile.Read(ref tokens[place]) is { } known) return known;
        if (Volatile.Read(ref products[place]) is not { } product) return tokens[place]!; // another thread was quicker
        ProductTokens made = text.Prepare(ProductText.Fields(product));
        Volatile.Write(ref tokens[place], made);
        Volatile.Write(ref products[place], null);
        return made;
    }
}
