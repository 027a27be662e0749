namespace Attar.Augmentation.Sources;

/// <summary>Products of a stretch of the BM25 ranking: in its order, or any of them.</summary>
/// <param name="From">The first rank, from 0.</param>
/// <param name="To">Behind the last.</param>
sealed record Bm25Ranks(string Name, int From, int To, bool Shuffled) : IPairSource
{
    /// <summary>A first page of results, or three.</summary>
    public const int MiddleEnd = 100;

    public IEnumerable<int> Propose(SearchedQuery query, Random random)
    {
        int from = Math.Min(From, query.Found.Length), count = Math.Min(To, query.Found.Length) - from;
        return (Shuffled ? Shuffle.Of(count, random) : Enumerable.Range(0, Math.Max(0, count))).Select(i => query.Found[from + i]);
    }
}
