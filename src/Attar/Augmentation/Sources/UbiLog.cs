using System.Text.Json;
using Attar.Data;

namespace Attar.Augmentation.Sources;

/// <summary>A query as shoppers asked it.</summary>
/// <param name="Key">Its <see cref="QueryKey"/>.</param>
/// <param name="Wanted">By product id, how much it was wanted after this query.</param>
public sealed record AskedQuery(string Key, Dictionary<string, int> Wanted)
{
    /// <summary>How often it was asked.</summary>
    public int Searches { get; set; }
}

/// <summary>
/// What shoppers asked and did, from User Behavior Insights: queries and events as JSON lines, as an index exports them or as its bulk
/// interface takes them. Memory holds queries and the products wanted, not events.
/// </summary>
public sealed class UbiLog
{
    /// <summary>Who buys has seen more than who clicks.</summary>
    static readonly Dictionary<string, int> worth = new() { ["click"] = 1, ["item_click"] = 1, ["add_to_cart"] = 2, ["purchase"] = 3 };

    readonly Dictionary<string, AskedQuery> queries = [];

    /// <exception cref="InputException">naming every line that is no JSON object.</exception>
    public UbiLog(string path)
    {
        Path = path;
        var faults = new FaultList();
        var askedAs = new Dictionary<string, string>(); // key by the search's identifier
        foreach (JsonElement line in Lines(faults)) // events may stand before the query that they follow
            if (Text(line, "action_name") is null && Text(line, "user_query") is { } query && Asked(query) is { } asked)
            {
                asked.Searches += Count(line, "searches");
                if (Text(line, "query_id") is { } id) askedAs[id] = asked.Key;
            }
        faults.ThrowIfAny();
        foreach (JsonElement line in Lines(faults))
        {
            if (Text(line, "action_name") is not { } action || !worth.TryGetValue(action, out int value)) continue;
            AskedQuery? asked = Text(line, "user_query") is { } query ? Asked(query) : Text(line, "query_id") is { } id && askedAs.TryGetValue(id, out string? key) ? queries[key] : null;
            if (asked is null || Member(Member(line, "event_attributes"), "object") is not { } thing || Text(thing, "object_id") is not { } product) continue;
            asked.Wanted[product] = asked.Wanted.GetValueOrDefault(product) + value * Count(line, "count");
        }
    }

    public string Path { get; }

    public IEnumerable<AskedQuery> Queries => queries.Values;

    /// <summary>How often a query was asked, whatever its case and punctuation.</summary>
    public int SearchesOf(string query) => queries.TryGetValue(QueryKey.Of(query), out AskedQuery? asked) ? asked.Searches : 0;

    /// <summary>Forgets queries: what shoppers did after a query of dev or test is not for training.</summary>
    public void Forget(Predicate<string> query)
    {
        foreach (string key in queries.Keys.Where(key => query(key)).ToArray()) queries.Remove(key);
    }

    AskedQuery? Asked(string query)
    {
        string key = QueryKey.Of(query);
        if (key.Length == 0) return null;
        if (!queries.TryGetValue(key, out AskedQuery? asked)) queries.Add(key, asked = new AskedQuery(key, []));
        return asked;
    }

    IEnumerable<JsonElement> Lines(FaultList faults)
    {
        using var lines = new Utf8Lines(Path, faults, foreign: true);
        while (Next(lines, faults) is { } line) yield return line;
    }

    static JsonElement? Next(Utf8Lines lines, FaultList faults)
    {
        while (lines.Next(out var line))
        {
            try
            {
                var reader = new Utf8JsonReader(line);
                JsonElement json = JsonElement.ParseValue(ref reader);
                if (json.ValueKind == JsonValueKind.Object) return json;
            }
            catch (JsonException)
            {
            }
            faults.Add(lines.Where, "expected a JSON object: a query or an event of User Behavior Insights; correct or remove the line");
        }
        return null;
    }

    static JsonElement? Member(JsonElement? json, string name) => json is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out JsonElement value) ? value : null;

    /// <summary>Identifiers may be numbers.</summary>
    static string? Text(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } text ? text.ToString() : null;

    /// <summary>How many of the same a line stands for.</summary>
    static int Count(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out int count) && count > 0 ? count : 1;
}
