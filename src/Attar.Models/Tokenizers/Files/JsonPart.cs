using System.Globalization;
using System.Text.Json;

namespace Attar.Models.Tokenizers.Files;

/// <summary>A value of a JSON file that knows where it stands, so that every fault names the file and the place.</summary>
/// <param name="file">For messages.</param>
/// <param name="place">For messages, such as <c>normalizer.normalizers[2]</c>.</param>
readonly struct JsonPart(JsonElement element, string file, string place)
{
    public JsonElement Element => element;

    public InvalidDataException Fault(string message) => new($"{file}: {(place.Length == 0 ? "" : place + ": ")}{message}");

    /// <summary>The fault of a type that no reader knows.</summary>
    public InvalidDataException UnknownType(string known) => Fault($"type \"{Text("type")}\" is not known; expected one of {known}");

    /// <summary>A value, or null where it is absent or null.</summary>
    public JsonPart? Find(string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonPart(value, file, place.Length == 0 ? key : $"{place}.{key}") : null;

    public JsonPart Get(string key) => Find(key) ?? throw Fault($"expected \"{key}\", the file has none");

    public string Text(string key) => Get(key).AsText();

    public string? TextOrNull(string key) => Find(key)?.AsText();

    public int Integer(string key) => Get(key).AsInteger();

    public int Integer(string key, int otherwise) => Find(key)?.AsInteger() ?? otherwise;

    public bool Flag(string key, bool otherwise) => Find(key) is not { } value ? otherwise : value.Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw value.Wrong("true or false"),
    };

    public char Character(string key, char otherwise) => Find(key) is not { } value ? otherwise
        : value.AsText() is [var single] ? single : throw value.Wrong("one character");

    public string AsText() => element.ValueKind == JsonValueKind.String ? Checked(element) : throw Wrong("a text");

    // text with half a surrogate pair is no Unicode, and JsonElement throws on it
    string Checked(JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong("a text of whole characters");
        }
    }

    public int AsInteger() => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) ? number : throw Wrong("a whole number");

    public double AsNumber() => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double number) ? number : throw Wrong("a number");

    public IEnumerable<JsonPart> Items()
    {
        if (element.ValueKind != JsonValueKind.Array) throw Wrong("a list");
        return Enumerate(this);

        static IEnumerable<JsonPart> Enumerate(JsonPart list)
        {
            int index = 0;
            foreach (JsonElement item in list.Element.EnumerateArray()) yield return list.Item(item, index++);
        }
    }

    public IEnumerable<(string Name, JsonPart Value)> Properties()
    {
        if (element.ValueKind != JsonValueKind.Object) throw Wrong("an object");
        return Enumerate(this);

        static IEnumerable<(string, JsonPart)> Enumerate(JsonPart parent)
        {
            foreach (JsonProperty property in parent.Element.EnumerateObject()) yield return (property.Name, parent.Child(property));
        }
    }

    JsonPart Item(JsonElement item, int index) => new(item, file, string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]"));

    // not named by its key: a vocabulary has very many
    JsonPart Child(JsonProperty property) => new(property.Value, file, place);

    public InvalidDataException Wrong(string expected)
    {
        string found = element.GetRawText();
        return Fault($"expected {expected}, the file has {(found.Length > 60 ? found[..60] + "..." : found)}");
    }

    /// <summary>Runs what may find the content wrong, and names the place in its fault.</summary>
    public T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException fault) when (!fault.Message.StartsWith(file, StringComparison.Ordinal))
        {
            throw Fault(fault.Message);
        }
    }
}
