using System.Text;
using System.Text.Json;

namespace Attar.Server.Requests;

/// <summary>
/// The text of a value as search engines and catalogues send it: texts and numbers as they are written, lists joined, an object
/// as the names and texts it has.
/// </summary>
static class SentText
{
    public static string Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return value.GetString()!;
            case JsonValueKind.Array or JsonValueKind.Object:
                StringBuilder text = new();
                Append(text, value);
                return text.ToString();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False: return value.GetRawText();
            default: return "";
        }
    }

    static void Append(StringBuilder text, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            foreach (JsonElement part in value.EnumerateArray()) Append(text, part);
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty part in value.EnumerateObject())
            {
                if (part.Value.ValueKind == JsonValueKind.Null) continue;
                Add(text, part.Name);
                Append(text, part.Value);
            }
        else Add(text, Of(value));
    }

    static void Add(StringBuilder text, string part)
    {
        if (part.Length == 0) return;
        if (text.Length > 0) text.Append(' ');
        text.Append(part);
    }

    /// <summary>
    /// Attributes as a product has them, <c>name=value; name=value</c>: from an object by its names, from a list of values or of
    /// objects with <c>name</c> and <c>value</c>, or a text that is written so.
    /// </summary>
    public static string Attributes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Joined(value.EnumerateObject().Select(part => Attribute(part.Name, part.Value))),
        JsonValueKind.Array => Joined(value.EnumerateArray().Select(part =>
            part.ValueKind == JsonValueKind.Object && part.TryGetProperty("name", out JsonElement name) && part.TryGetProperty("value", out JsonElement named)
                ? Attribute(Of(name), named)
                : Part(Of(part)))),
        _ => Of(value),
    };

    static string Joined(IEnumerable<string> parts) => string.Join("; ", parts.Where(part => part.Length > 0));

    static string Attribute(string name, JsonElement value) => Of(value) is { Length: > 0 } text ? $"{Part(name)}={Part(text)}" : "";

    static string Part(string text) => text.Replace(';', ',');
}
