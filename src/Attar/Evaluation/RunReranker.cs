using Attar.Data;
using Attar.Retrieval;

namespace Attar.Evaluation;

/// <summary>
/// What another system said, from its TREC run. Products that a query's lines leave out come behind all others; a query for which
/// the system found nothing has no lines, and all its products are alike.
/// </summary>
sealed class RunReranker : IReranker
{
    readonly Dictionary<string, string> ids = [];
    readonly Dictionary<string, Dictionary<string, float>> scores;

    /// <exception cref="InputException">naming every faulty line, or when the run has no line of any of the queries: then it is another data set's.</exception>
    public RunReranker(string name, string path, IEnumerable<Query> queries)
    {
        Name = name;
        foreach (Query query in queries) ids.TryAdd(query.Text, query.Id); // of two with one text the first
        scores = TrecRun.Read(path).GroupBy(line => line.QueryId).ToDictionary(lines => lines.Key, lines => lines.ToDictionary(line => line.ProductId, line => (float)line.Score));
        if (!ids.Values.Any(scores.ContainsKey)) throw new InputException(path, $"no line of any query, such as {ids.Values.FirstOrDefault()}; expected a run of the judged queries; run the other system again");
    }

    public string Name { get; }

    public float[] Score(string query, IReadOnlyList<Product> products)
    {
        if (!scores.TryGetValue(ids[query], out var ofQuery)) return new float[products.Count];
        float last = ofQuery.Values.Min() - 1;
        return [.. products.Select(product => ofQuery.GetValueOrDefault(product.Id, last))];
    }
}
