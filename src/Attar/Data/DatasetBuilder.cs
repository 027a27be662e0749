namespace Attar.Data;

/// <summary>
/// Gathers what an importer reads: query identifiers in order of first appearance (<c>q1</c>, <c>q2</c> ...; the same text is
/// the same query), products once, pairs judged several times merged into their mean, the split from the query's text.
/// </summary>
sealed class DatasetBuilder(FaultList faults)
{
    readonly OrderedDictionary<string, Product> products = [];
    readonly OrderedDictionary<string, Query> queries = [];
    readonly OrderedDictionary<(string QueryId, string ProductId), (double Sum, int Count, int[]? Votes)> pairs = [];
    readonly int[] pairsOf = new int[3];
    readonly HashSet<string> retitled = [];

    public bool HasProduct(string id) => products.ContainsKey(id);

    /// <summary>Adds a product unless it is there; the first one of an identifier stays.</summary>
    /// <returns>False when the identifier was there already.</returns>
    public bool Add(Product product, string where)
    {
        if (products.TryGetValue(product.Id, out var first))
        {
            if (first.Title != product.Title) retitled.Add(product.Id);
            return false;
        }
        if (Identifier.Fault(product.Id) is { } fault) faults.Add(where, $"product {fault}");
        else products.Add(product.Id, product);
        return true;
    }

    public void Judge(string text, string productId, double rating, int[]? votes, string where)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            faults.Add(where, "no query text; expected what the shopper typed; fill it in or remove the line");
            return;
        }
        if (!queries.TryGetValue(text, out var query)) queries.Add(text, query = new Query($"q{queries.Count + 1}", text));
        pairsOf[(int)QuerySplit.Of(text)]++;
        var (sum, count, _) = pairs.GetValueOrDefault((query.Id, productId));
        pairs[(query.Id, productId)] = (sum + rating, count + 1, votes);
    }

    /// <summary>The data set; <paramref name="note"/> is told how many pairs were read and what was merged.</summary>
    public Dataset Build(GradeScale scale, Action<string> note)
    {
        int read = pairsOf.Sum();
        note($"{read:N0} judged pairs read: {pairsOf[0]:N0} train, {pairsOf[1]:N0} dev, {pairsOf[2]:N0} test; {read - pairs.Count:N0} were repetitions of a pair and are merged into its mean");
        if (retitled.Count > 0) note($"{retitled.Count:N0} products come with more than one title; the first is kept");
        var judgments = pairs.Select(pair => new Judgment(pair.Key.QueryId, pair.Key.ProductId, pair.Value.Sum / pair.Value.Count, pair.Value.Votes));
        return new Dataset(scale, [.. products.Values], [.. queries.Values], [.. judgments], queries.Values.ToDictionary(query => query.Id, query => QuerySplit.Of(query.Text)));
    }
}
