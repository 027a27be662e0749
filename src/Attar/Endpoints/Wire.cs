using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar.Endpoints;

/// <summary>Takes answers apart. Whatever is not as expected is a temporary <see cref="EndpointException"/>.</summary>
static class Wire
{
    /// <summary>Bytes of UTF-8 that make a token, about: for estimates alone.</summary>
    public const int BytesOfToken = 4;

    /// <summary>Texts as they are: models read what people write, not escapes.</summary>
    public static JsonSerializerOptions Style { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    public static JsonElement Get(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) ? value : throw new EndpointException($"the answer has no '{name}'");

    public static JsonElement[] Items(this JsonElement json, int? count = null)
    {
        if (json.ValueKind != JsonValueKind.Array) throw new EndpointException("the answer has no list where one was expected");
        if (count is { } expected && json.GetArrayLength() != expected) throw new EndpointException($"the answer has {json.GetArrayLength()} entries for {expected} pairs");
        return [.. json.EnumerateArray()];
    }

    public static double Number(this JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetDouble(out double value) && double.IsFinite(value) ? value : throw new EndpointException("the answer has something else where a number was expected");

    public static string Text(this JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String) throw new EndpointException("the answer has something else where a text was expected");
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new EndpointException("the answer has half a character, such as \\ud800, in a text");
        }
    }

    /// <summary>Entries in the order of their <c>index</c>, each question answered exactly once.</summary>
    public static JsonElement[] ByIndex(this JsonElement[] entries)
    {
        var ordered = new JsonElement[entries.Length];
        var seen = new bool[entries.Length];
        foreach (JsonElement entry in entries)
        {
            double index = entry.Get("index").Number();
            if (index < 0 || index >= entries.Length || index != (int)index || seen[(int)index]) throw new EndpointException($"the answer has the index {index} where each of 0 to {entries.Length - 1} was expected once");
            (ordered[(int)index], seen[(int)index]) = (entry, true);
        }
        return ordered;
    }

    /// <summary>Probabilities, made to add up to one exactly.</summary>
    public static double[] Distribution(double[] values)
    {
        double sum = values.Sum();
        if (values.Any(value => value is < 0 or > 1.001) || Math.Abs(sum - 1) > .02)
            throw new EndpointException($"the answer's probabilities [{string.Join(", ", values.Select(value => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)))}] do not add up to 1", temporary: false);
        return [.. values.Select(value => value / sum)];
    }
}
