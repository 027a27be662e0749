using System.Globalization;
using Attar.Models.Tokenizers;

namespace Attar.Retrieval;

/// <summary>How many of the pairs that a model read were too long for it. For one caller at a time.</summary>
/// <param name="name">The model's.</param>
public sealed class PairCuts(string name)
{
    long read, products, queries;

    public TokenPair[] Count(TokenPair[] pairs)
    {
        read += pairs.Length;
        products += pairs.Count(pair => pair.ProductCut);
        queries += pairs.Count(pair => pair.QueryCut);
        return pairs;
    }

    /// <summary>What is to be said of them; null where none was cut.</summary>
    public string? Note => (products, queries) switch
    {
        (0, 0) => null,
        (_, 0) => $"{name} read the beginning of the product alone in {Share(products)} of the pairs, which are longer than it takes",
        _ => $"{name} read the beginning of the product alone in {Share(products)} of the pairs, and of the query in {Share(queries)}, which are longer than it takes",
    };

    string Share(long some) => ((double)some / read).ToString("P1", CultureInfo.InvariantCulture);
}
