using Attar.Data;

namespace Attar.Retrieval;

/// <summary>Orders given products by BM25 with the statistics of the whole catalogue: the baseline of every table.</summary>
public sealed class Bm25Reranker(Bm25Index index) : IReranker
{
    public string Name => "bm25";

    public float[] Score(string query, IReadOnlyList<Product> products) => [.. products.Select(product => index.Score(query, product))];
}
