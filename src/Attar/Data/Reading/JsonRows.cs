using System.Text;
using System.Text.Json;

namespace Attar.Data.Reading;

/// <summary>A JSON object as a row: what is nested is named by its path, lists of texts are joined, pairs of name and value are attributes.</summary>
static class JsonRows
{
    public static void Fill(Row row, JsonElement json, IReadOnlySet<string>? wanted, string prefix = "")
    {
        foreach (JsonProperty property in json.EnumerateObject())
        {
            string name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object && NameAndValue(property.Value) is null) Fill(row, property.Value, wanted, name + ".");
            else if ((wanted is null || wanted.Contains(name)) && Text(property.Value) is { } text) row.Set(name, text);
        }
    }

    static string? Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => List(json),
        JsonValueKind.Object => NameAndValue(json) ?? string.Join("; ", json.EnumerateObject().Select(part => $"{part.Name}={Text(part.Value)}")),
        _ => null,
    };

    static string List(JsonElement json)
    {
        var text = new StringBuilder();
        bool pairs = json.EnumerateArray().All(part => part.ValueKind == JsonValueKind.Object);
        foreach (JsonElement part in json.EnumerateArray())
            if (Text(part) is { Length: > 0 } one) text.Append(text.Length == 0 ? "" : pairs ? "; " : ", ").Append(one);
        return text.ToString();
    }

    /// <summary><c>{"name":"colour","value":"red"}</c> as <c>colour=red</c>.</summary>
    static string? NameAndValue(JsonElement json)
    {
        if (json.GetPropertyCount() != 2) return null;
        foreach (var (name, value) in new[] { ("name", "value"), ("key", "value") })
            if (json.TryGetProperty(name, out JsonElement known) && known.ValueKind == JsonValueKind.String && json.TryGetProperty(value, out JsonElement said)) return $"{known.GetString()}={Text(said)}";
        return null;
    }
}
