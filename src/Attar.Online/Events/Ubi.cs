using System.Globalization;
using System.Text.Json;

namespace Attar.Online.Events;

/// <summary>
/// Queries and events in the shape of User Behavior Insights, version 1.3 (https://github.com/o19s/ubi). Fields that it does not
/// know are passed over; <c>event_id</c>, which it does not have, tells an event that is sent again.
/// </summary>
public static class Ubi
{
    const int LongestName = 100, LongestObject = 256, LongestQuery = 2000;

    /// <param name="received">Now, as Unix time in milliseconds.</param>
    /// <param name="faults">What is wrong, told after <paramref name="where"/>.</param>
    /// <returns>Null where something is wrong.</returns>
    public static ShopperEvent? Event(JsonElement json, long received, ClientHash clients, string where, List<string> faults)
    {
        var fields = new Fields(json, where, faults);
        string? action = fields.Text("action_name", LongestName, required: true), query = fields.Text("query_id", LongestName), client = fields.Text("client_id", LongestName), id = fields.Text("event_id", LongestName);
        string? session = fields.Text("session_id", LongestName), time = fields.Text("timestamp", LongestName, required: true);
        long? at = fields.Time(time);
        Fields attributes = fields.Inner("event_attributes"), thing = attributes.Inner("object"), position = attributes.Inner("position");
        string? product = thing.Text("object_id", LongestObject);
        int? ordinal = position.Whole("ordinal");
        if (fields.AnyFault) return null;
        string hash = client is null ? "" : clients.Of(client);
        id ??= ShopperEvent.IdOf(action, query, hash, session, time, product, ordinal?.ToString(CultureInfo.InvariantCulture));
        return new ShopperEvent(id, received, at!.Value, action!, query, client is null ? null : hash, product, ordinal);
    }

    /// <summary>A query that somebody else answered; <c>query_attributes</c> may name its <c>experiment</c> and <c>arm</c>.</summary>
    /// <inheritdoc cref="Event"/>
    public static ShownQuery? Query(JsonElement json, long received, ClientHash clients, string where, List<string> faults)
    {
        var fields = new Fields(json, where, faults);
        string? text = fields.Text("user_query", LongestQuery, required: true), client = fields.Text("client_id", LongestName), id = fields.Text("query_id", LongestName);
        if (fields.Text("timestamp", LongestName) is { } time) fields.Time(time);
        Fields attributes = fields.Inner("query_attributes");
        string? experiment = attributes.Text("experiment", LongestName), arm = attributes.Text("arm", LongestName);
        string[] hits = fields.Texts("query_response_hit_ids", LongestObject);
        if (fields.AnyFault) return null;
        return new ShownQuery(id ?? Guid.NewGuid().ToString("N"), received, client is null ? null : clients.Of(client), text!, [.. hits.Take(ShownQuery.MostHits)], experiment, arm);
    }

    /// <summary>The fields of an object, each checked as it is read.</summary>
    readonly struct Fields(JsonElement? json, string where, List<string> faults)
    {
        readonly int before = faults.Count;

        public bool AnyFault => faults.Count > before;

        JsonElement? Find(string name) =>
            json is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

        public string? Text(string name, int longest, bool required = false)
        {
            switch (Find(name))
            {
                case null:
                    if (required) faults.Add($"{where}{name}: missing");
                    return null;
                case { ValueKind: JsonValueKind.String } value when value.GetString() is { } text && text.Length <= longest && (text.Length > 0 || !required):
                    return text.Length == 0 ? null : text.Contains('\0') ? text.Replace("\0", "") : text; // PostgreSQL's texts hold no zero
                case { ValueKind: JsonValueKind.Number } number when !required: // identifiers may be numbers
                    return number.GetRawText() is var raw && raw.Length <= longest ? raw : raw[..longest];
                default:
                    faults.Add($"{where}{name}: expected a text of at most {longest} characters");
                    return null;
            }
        }

        public string[] Texts(string name, int longest)
        {
            if (Find(name) is not { } list) return [];
            string[] texts = list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number ? item.ToString().Replace("\0", "") : "")] : [""];
            if (texts.Any(text => text.Length == 0 || text.Length > longest)) faults.Add($"{where}{name}: expected a list of texts of at most {longest} characters");
            return texts;
        }

        public int? Whole(string name)
        {
            if (Find(name) is not { } value) return null;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)) return number;
            faults.Add($"{where}{name}: expected a whole number");
            return null;
        }

        public Fields Inner(string name)
        {
            JsonElement? value = Find(name);
            if (value is { ValueKind: not JsonValueKind.Object }) faults.Add($"{where}{name}: expected an object");
            return new Fields(value, $"{where}{name}.", faults);
        }

        /// <summary>ISO 8601; without a zone it is taken for UTC.</summary>
        public long? Time(string? text)
        {
            if (text is null) return null;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)) return time.ToUnixTimeMilliseconds();
            faults.Add($"{where}timestamp: expected a time such as 2026-11-30T12:00:00Z");
            return null;
        }
    }
}
