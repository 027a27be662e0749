using Attar.Data;

namespace Attar.Retrieval;

/// <summary>Anything that orders the products of one query: BM25, the student, the teacher.</summary>
public interface IReranker
{
    /// <summary>Short name for tables: <c>bm25</c>, <c>student</c>, <c>teacher</c>.</summary>
    string Name { get; }

    /// <summary>One score per product, higher is more relevant; comparable within the query.</summary>
    float[] Score(string query, IReadOnlyList<Product> products);
}
