using Attar.Data;

namespace Attar.Augmentation;

/// <summary>A query and the products that it has from the round before, by their places in the catalogue.</summary>
/// <param name="Open">Whether it gets more.</param>
sealed record PairedQuery(Query Query, bool Open, IReadOnlyList<(int Product, string Source)> Had);

/// <summary>The round before, whose pairs this one keeps: they are labelled, so they cost nothing.</summary>
/// <param name="folder">Its pairs.</param>
sealed class FormerRound(string folder, Dataset data)
{
    /// <summary>The queries made then.</summary>
    public IReadOnlyList<Query> Made { get; } = PairStore.ReadQueries(folder);

    /// <summary>Its queries in their order, those that this round asks for open; then the others that it asks for.</summary>
    public IEnumerable<PairedQuery> Before(IEnumerable<Query> asked)
    {
        var open = new OrderedDictionary<string, Query>();
        foreach (Query query in asked) open.Add(query.Id, query);
        Dictionary<string, int> places = data.Products.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        HashSet<string> met = [];
        foreach (List<CandidatePair> pairs in Lists())
        {
            string id = pairs[0].QueryId;
            met.Add(id);
            (int, string)[] had = [.. pairs.Select(pair => (places.TryGetValue(pair.ProductId, out int place) ? place : throw new InputException(folder, $"unknown product '{pair.ProductId}'; expected products of data/; run that round again"), pair.Source))];
            string source = pairs[0].QuerySource is { Length: > 0 } known ? known : QuerySources.Log;
            yield return open.TryGetValue(id, out Query? query) ? new(query with { Source = source }, true, had) : new(new Query(id, "", source), false, had);
        }
        foreach (var (id, query) in open)
            if (!met.Contains(id)) yield return new(query, true, []);
    }

    IEnumerable<List<CandidatePair>> Lists()
    {
        List<CandidatePair> list = [];
        foreach (CandidatePair pair in PairStore.Read(folder))
        {
            if (list.Count > 0 && list[0].QueryId != pair.QueryId)
            {
                yield return list;
                list = [];
            }
            list.Add(pair);
        }
        if (list.Count > 0) yield return list;
    }
}
