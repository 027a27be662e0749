using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar;

/// <summary>.NET's JSON reader takes texts with half a character in them (a lone <c>\ud800</c>, bytes that are no UTF-8) and numbers beyond all bounds (<c>1e999</c>), and fails where one is used. Files are looked at before that.</summary>
public static class JsonTexts
{
    /// <exception cref="JsonException">when it is no JSON, or a text or number in it cannot be read.</exception>
    public static void Check(ReadOnlySpan<byte> json, JsonReaderOptions options = default)
    {
        var reader = new Utf8JsonReader(json, options);
        try
        {
            while (reader.Read())
                if (reader.TokenType == JsonTokenType.Number && !(reader.TryGetDouble(out double number) && double.IsFinite(number))) throw new JsonException($"the number at byte {reader.TokenStartIndex} is too large");
                else if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && (reader.ValueIsEscaped || reader.ValueSpan.ContainsAnyExceptInRange((byte)0, (byte)127))) reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new JsonException($"a text at byte {reader.TokenStartIndex} has half a character in it");
        }
    }

    /// <summary>As .NET parses it, but a name that is twice in an object is told here, and not only where the object is used.</summary>
    /// <exception cref="JsonException">when it is no JSON, or has a name twice.</exception>
    public static JsonNode? Node(string json) => JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });

    /// <summary>Checked, and parsed as above.</summary>
    /// <exception cref="JsonException">when it is no JSON, has a name twice, or a text or number in it cannot be read.</exception>
    public static JsonNode? Node(ReadOnlySpan<byte> json)
    {
        Check(json);
        return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
    }

    /// <summary>A list of texts; null for anything else.</summary>
    public static string[]? List(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(json) is { } texts && Array.TrueForAll(texts, text => text is not null) ? texts : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Check"/>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, JsonDocumentOptions options = default)
    {
        Check(json.Span, new JsonReaderOptions { CommentHandling = options.CommentHandling, AllowTrailingCommas = options.AllowTrailingCommas });
        return JsonDocument.Parse(json, options);
    }
}
