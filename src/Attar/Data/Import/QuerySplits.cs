namespace Attar.Data.Import;

/// <summary>
/// The split of each judged query by its text, so that no query of test has a twin in train: queries that are the same but for case,
/// spacing and punctuation, and those that nearly are, follow the first of them.
/// </summary>
static class QuerySplits
{
    /// <summary>From which share of runs of three letters in common two queries are kept together: as <c>audit pairs</c> counts near duplicates.</summary>
    const double Similarity = 0.8;

    /// <summary>Says how many judged queries have a twin in another split of data that is divided already.</summary>
    public static void Tell(Dataset data, Action<string> note)
    {
        HashSet<string> judged = [.. data.Judgments.Select(judgment => judgment.QueryId)];
        Of(data.Queries.Where(query => judged.Contains(query.Id)), query => data.Splits.TryGetValue(query.Id, out Split split) ? split : null, note);
    }

    /// <param name="said">Splits that the data says, which count more.</param>
    public static Dictionary<string, Split> Of(IEnumerable<Query> judged, Func<Query, Split?> said, Action<string> note)
    {
        var splits = new Dictionary<string, Split>();
        var byKey = new Dictionary<string, Split>();
        var near = new NearDuplicates(Similarity);
        var byPlace = new List<Split>();
        int same = 0, nearly = 0, across = 0;
        foreach (Query query in judged)
        {
            string key = QueryKey.Of(query.Text);
            Split own = QuerySplit.Of(query.Text), split;
            uint[] letters = Shingles.Letters(query.Text);
            int place = near.Add(letters);
            bool known = byKey.TryGetValue(key, out Split twin) && key.Length > 0, like = !known && place < byPlace.Count;
            if (said(query) is { } named)
            {
                split = named;
                if (known && twin != named || like && byPlace[place] != named) across++;
            }
            else
            {
                split = known ? twin : like ? byPlace[place] : own;
                if (known) same++;
                else if (like) nearly++;
            }
            byPlace.Add(split);
            byKey.TryAdd(key, split);
            splits[query.Id] = split;
        }
        if (same + nearly > 0) note($"{same:N0} queries are another but for case, spacing and punctuation, and {nearly:N0} nearly are: they have its split");
        if (across > 0) note($"{across:N0} queries are, or nearly are, one of another split, as the data divides them; results on dev and test profit from it");
        return splits;
    }
}
