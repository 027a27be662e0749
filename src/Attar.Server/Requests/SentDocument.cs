using System.Text.Json;
using Attar.Data;
using Attar.Server.Documents;

namespace Attar.Server.Requests;

/// <summary>A document as the client sent it, and as the model reads it.</summary>
/// <param name="Sent">A string or an object; unset unless the client wants documents back.</param>
/// <param name="Text">What was read, where it was one text.</param>
/// <param name="Id">The client's own, passed through.</param>
/// <param name="Metadata">Passed through.</param>
sealed record SentDocument(Reading Reading, string? Text, JsonElement? Sent, JsonElement? Id, JsonElement? Metadata)
{
    public const string Expected = "a string, or an object with text, with a product's fields (title, brand, ...), or with the id of a product of the catalogue";

    /// <param name="rankFields">The fields of an object to rank by, a line each; null where the client named none.</param>
    /// <returns>Null for a document that cannot be read.</returns>
    public static SentDocument? Read(JsonElement item, string[]? rankFields, Storefront storefront, bool keep)
    {
        if (item.ValueKind == JsonValueKind.String)
            return new SentDocument(Reading.Of(item.GetString()!), item.GetString(), keep ? Kept(item) : null, null, null);
        if (item.ValueKind != JsonValueKind.Object) return null;
        string? text = Joined(item, rankFields ?? ["text"]);
        Reading? reading = text is not null ? Reading.Of(text) : rankFields is null ? AsProduct(item, storefront) : null;
        return reading is null ? null : new SentDocument(reading, text, keep ? Kept(item) : null, Copy(item, "id"), Copy(item, "metadata"));
    }

    static string? Joined(JsonElement item, string[] fields)
    {
        List<string> lines = [];
        foreach (string field in fields)
            if (item.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
                lines.Add(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        return lines.Count == 0 ? null : string.Join('\n', lines);
    }

    static Reading? AsProduct(JsonElement item, Storefront storefront)
    {
        if (Text("title") is { Length: > 0 } title)
            return Reading.Of(new Product("", title, Text("brand"), Text("category"), Text("attributes"), Text("description")));
        return storefront.Products.TryGetValue(Text("id"), out Product? product) ? Reading.Of(product) : null;

        // Solr and Elasticsearch may hold several values in a field, and ids as numbers.
        string Text(string name) => !item.TryGetProperty(name, out JsonElement value) ? "" : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString())),
            _ => "",
        };
    }

    static JsonElement? Copy(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Kept(value) : null;

    /// <summary>What will be sent back, written once to nowhere: what cannot be written is found while it can still be refused.</summary>
    /// <exception cref="InvalidOperationException">for half a surrogate pair.</exception>
    static JsonElement Kept(JsonElement element)
    {
        using Utf8JsonWriter nowhere = new(Stream.Null);
        element.WriteTo(nowhere);
        return element.Clone();
    }
}
