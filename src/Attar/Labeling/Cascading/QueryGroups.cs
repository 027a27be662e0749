using Attar.Augmentation;

namespace Attar.Labeling.Cascading;

/// <summary>All pairs of a query, as they stand together in the pairs; streamed, quick where queries are asked for in their order. For one caller at a time.</summary>
/// <param name="pairs">Enumerated as often as need be.</param>
sealed class QueryGroups(IEnumerable<CandidatePair> pairs) : IDisposable
{
    IEnumerator<CandidatePair[]>? groups;

    public IEnumerable<CandidatePair[]> All()
    {
        var group = new List<CandidatePair>();
        foreach (CandidatePair pair in pairs)
        {
            if (group.Count > 0 && group[0].QueryId != pair.QueryId)
            {
                yield return [.. group];
                group.Clear();
            }
            group.Add(pair);
        }
        if (group.Count > 0) yield return [.. group];
    }

    /// <summary>The group that a pair is of.</summary>
    public CandidatePair[] Around(CandidatePair pair)
    {
        if (groups is not null && Has(groups.Current)) return groups.Current;
        for (int pass = 0; pass < 2; pass++) // what lies ahead, then all
        {
            groups ??= All().GetEnumerator();
            while (groups.MoveNext())
                if (Has(groups.Current)) return groups.Current;
            Dispose();
        }
        throw new ArgumentException($"query {pair.QueryId} and product {pair.ProductId} are not among the pairs");

        bool Has(CandidatePair[] group) => group[0].QueryId == pair.QueryId && group.Any(other => other.ProductId == pair.ProductId);
    }

    public void Dispose()
    {
        groups?.Dispose();
        groups = null;
    }
}
