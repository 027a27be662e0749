using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>The requests that a shop's reranker gets: BM25's best products for each query.</summary>
public static class CandidateLists
{
    /// <param name="candidates">Products of one request, fewer where fewer match; queries that nothing matches are left out.</param>
    /// <exception cref="InputException">when the split has no queries.</exception>
    public static IEnumerable<(Query Query, IReadOnlyList<Product> Products)> Of(Dataset data, Split split, int candidates, IProgressSink progress, CancellationToken cancel)
    {
        Query[] queries = [.. data.Queries.Where(query => data.Splits.GetValueOrDefault(query.Id, Split.Train) == split)];
        if (queries.Length == 0) throw new InputException("--split", $"no queries in the {DatasetFiles.SplitName(split)} split; choose another");
        var index = FieldWeights.Index(data);
        int empty = 0;
        for (int i = 0; i < queries.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Hit[] found = index.Search(queries[i].Text, candidates);
            if (found.Length > 0) yield return (queries[i], [.. found.Select(hit => data.Products[hit.Product])]);
            else empty++;
            progress.Report("lists", i + 1, queries.Length);
        }
        if (empty > 0) progress.Note($"{empty} of {queries.Length} queries left out: no product matches them");
    }

    /// <summary>The same, tokenised.</summary>
    /// <param name="text">How the model wants its pairs written.</param>
    /// <inheritdoc cref="Of(Dataset, Split, int, IProgressSink, CancellationToken)"/>
    public static IEnumerable<RerankList> Of(Dataset data, Split split, int candidates, PairText text, IProgressSink progress, CancellationToken cancel)
    {
        var tokens = new Dictionary<string, ProductTokens>();
        foreach (var (query, products) in Of(data, split, candidates, progress, cancel))
        {
            QueryTokens queryTokens = text.Query(query.Text);
            yield return new RerankList(query.Id, [.. products.Select(product => text.Encode(queryTokens, Tokens(product)))]);
        }

        ProductTokens Tokens(Product product)
        {
            if (!tokens.TryGetValue(product.Id, out ProductTokens? known)) tokens[product.Id] = known = text.Prepare(ProductText.Fields(product));
            return known;
        }
    }
}
