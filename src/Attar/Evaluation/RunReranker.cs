using Attar.Data;
using Attar.Retrieval;

namespace Attar.Evaluation;

/// <summary>What another system said, from its TREC run. Products that a query's lines leave out come behind all others.</summary>
/// <exception cref="InputException">naming every faulty line.</exception>
sealed class RunReranker(string name, string path, IEnumerable<Query> queries) : IReranker
{
    readonly Dictionary<string, string> ids = queries.ToDictionary(query => query.Text, query => query.Id);
    readonly Dictionary<string, Dictionary<string, float>> scores = TrecRun.Read(path).GroupBy(line => line.QueryId).ToDictionary(lines => lines.Key, lines => lines.ToDictionary(line => line.ProductId, line => (float)line.Score));

    public string Name => name;

    /// <exception cref="InputException">when the run has no line of the query: then it is another data set's.</exception>
    public float[] Score(string query, IReadOnlyList<Product> products)
    {
        if (!scores.TryGetValue(ids[query], out var ofQuery)) throw new InputException(path, $"no line of query {ids[query]}, «{query}»; expected every judged query; run the other system again");
        float last = ofQuery.Values.Min() - 1;
        return [.. products.Select(product => ofQuery.GetValueOrDefault(product.Id, last))];
    }
}
