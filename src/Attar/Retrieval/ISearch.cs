using Attar.Data;

namespace Attar.Retrieval;

/// <summary>Finds candidates in the whole catalogue: the first stage, whose list the rerankers reorder.</summary>
public interface ISearch
{
    /// <summary>At most <paramref name="count"/> products, best first; empty where nothing matches.</summary>
    IReadOnlyList<(Product Product, float Score)> Search(string query, int count);
}
