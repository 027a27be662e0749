namespace Attar.Data.Import;

/// <summary>Gathers queries in order of first appearance: the same text is the same query, whatever its identifiers; those without one are <c>q1</c>, <c>q2</c> ...</summary>
sealed class QueryBuilder
{
    readonly List<(string? Id, string Text)> queries = [];
    readonly Dictionary<string, int> byText = [], byId = [];
    readonly Dictionary<int, Split> splits = [];

    public int Count => queries.Count;

    /// <summary>The place of a query that is given by text, identifier or both; -1 where only an identifier is given that nobody explained.</summary>
    public int Place(string text, string id)
    {
        text = text.Trim();
        if (text.Length == 0) return byId.GetValueOrDefault(id, -1);
        if (!byText.TryGetValue(text, out int place))
        {
            byText.Add(text, place = queries.Count);
            queries.Add((null, text));
        }
        if (id.Length > 0 && byId.TryAdd(id, place) && queries[place].Id is null) queries[place] = (id, text);
        return place;
    }

    public string TextOf(int place) => queries[place].Text;

    /// <summary>A split that the data says; the first counts.</summary>
    public void Say(int place, Split split) => splits.TryAdd(place, split);

    public IReadOnlyDictionary<int, Split> Splits => splits;

    public Query[] Build()
    {
        var made = new Query[queries.Count];
        int number = 0;
        for (int place = 0; place < made.Length; place++)
        {
            string? id = queries[place].Id;
            if (id is null)
            {
                do id = $"q{++number}";
                while (byId.ContainsKey(id));
            }
            made[place] = new Query(id, queries[place].Text);
        }
        return made;
    }
}
