using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attar.Data.Reading;

namespace Attar.Data.Import;

/// <summary>
/// Gathers what shoppers asked and did, by query: User Behavior Insights, whose events may name their query by an identifier,
/// or a table of queries with or without the products that were clicked after them. What is dropped is counted.
/// </summary>
sealed class EventBuilder
{
    /// <summary>Actions by what logs call them, as <c>events.jsonl</c> has them.</summary>
    static readonly Dictionary<string, string> actions = new()
    {
        ["click"] = "click",
        ["itemclick"] = "click",
        ["productclick"] = "click",
        ["resultclick"] = "click",
        ["clickthrough"] = "click",
        ["select"] = "click",
        ["addtocart"] = "add_to_cart",
        ["cart"] = "add_to_cart",
        ["addcart"] = "add_to_cart",
        ["atc"] = "add_to_cart",
        ["addtobasket"] = "add_to_cart",
        ["purchase"] = "purchase",
        ["buy"] = "purchase",
        ["order"] = "purchase",
        ["checkout"] = "purchase",
        ["transaction"] = "purchase",
    };

    static readonly HashSet<string> searches = ["search", "query", "searched"];

    readonly Dictionary<int, long> asked = [];
    readonly Dictionary<string, long> drops = [];
    readonly OrderedDictionary<(int Query, string Action, string Product), long> done = [];

    /// <summary>Reads a file twice, for events may stand before the query that they follow.</summary>
    public void Read(Func<IEnumerable<Row>> rows, FileMap map, QueryBuilder queries, CatalogueBuilder catalogue)
    {
        var searchOf = new Dictionary<string, int>();
        foreach (Row row in rows())
        {
            string text = map.Text(row, Fields.Query).Trim(), action = Fields.Plain(map.Text(row, Fields.Action));
            if (text.Length == 0) continue;
            int place = queries.Place(text, "");
            if (map.Text(row, Fields.QueryId) is { Length: > 0 } id) searchOf.TryAdd(id, place);
            if (action.Length == 0 && Product(row).Length == 0 || searches.Contains(action)) asked[place] = asked.GetValueOrDefault(place) + Count(row);
        }
        foreach (Row row in rows())
        {
            string named = map.Text(row, Fields.Action), action = Fields.Plain(named), product = Product(row);
            if (action.Length == 0 && product.Length == 0 || searches.Contains(action))
            {
                if (map.Text(row, Fields.Query).Trim().Length == 0) Drop("searches without a text");
                continue;
            }
            if (action.Length == 0) action = "click";
            if (!actions.TryGetValue(action, out string? known)) Drop($"events '{named}'");
            else if (product.Length == 0) Drop("events without a product");
            else if (catalogue.Find(product) is not (>= 0 and int place)) Drop("events of products that are not in the catalogue");
            else if ((map.Text(row, Fields.Query).Trim() is { Length: > 0 } text ? queries.Place(text, "") : searchOf.GetValueOrDefault(map.Text(row, Fields.QueryId), -1)) is not (>= 0 and int query)) Drop("events without a query");
            else
            {
                var key = (query, known, catalogue.Products[place].Id);
                done[key] = done.GetValueOrDefault(key) + Count(row);
            }
        }

        string Product(Row row) => Identifiers.Of(map.Text(row, Fields.Product));
        long Count(Row row) => long.TryParse(map.Text(row, Fields.Searches), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out long count) && count > 0 ? count : 1;
        void Drop(string what) => CollectionsMarshal.GetValueRefOrAddDefault(drops, what, out _)++;
    }

    public void Tell(Action<string> note)
    {
        note($"{asked.Values.Sum():N0} searches for {asked.Count:N0} queries; {done.Values.Sum():N0} clicks, carts and purchases");
        foreach (var (what, count) in drops.OrderByDescending(drop => drop.Value).ThenBy(drop => drop.Key, StringComparer.Ordinal)) note($"{count:N0} {what} are left out");
    }

    /// <summary>User Behavior Insights, the same searches and events together: <c>searches</c> and <c>count</c> say how many.</summary>
    public void Write(string path, IReadOnlyList<Query> queries) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        for (int query = 0; query < queries.Count; query++)
            if (asked.TryGetValue(query, out long count))
            {
                json.WriteStartObject();
                json.WriteString("user_query", queries[query].Text);
                json.WriteNumber("searches", count);
                End();
            }
        foreach (var ((query, action, product), count) in done)
        {
            json.WriteStartObject();
            json.WriteString("user_query", queries[query].Text);
            json.WriteString("action_name", action);
            json.WriteStartObject("event_attributes");
            json.WriteStartObject("object");
            json.WriteString("object_id", product);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteNumber("count", count);
            End();
        }

        void End()
        {
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            stream.WriteByte((byte)'\n');
        }
    });
}
