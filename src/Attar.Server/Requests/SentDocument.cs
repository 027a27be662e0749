using System.Text.Json;
using Attar.Data;
using Attar.Server.Documents;

namespace Attar.Server.Requests;

/// <summary>A document as the client sent it, and as the model reads it.</summary>
/// <param name="Reading">Null for an object without any text: it ranks last.</param>
/// <param name="Sent">A string or an object; unset unless the client wants documents back.</param>
/// <param name="Text">What was read, where it was one text.</param>
/// <param name="Id">The client's own, passed through.</param>
/// <param name="Metadata">Passed through.</param>
sealed record SentDocument(Reading? Reading, string? Text, JsonElement? Sent, JsonElement? Id, JsonElement? Metadata)
{
    const string Expected = "a string or an object", ExpectedText = "text, a product's fields (title, brand, ...), or the id of a product of the catalogue";

    /// <summary>The client's own id as a text, or the document's place in the request.</summary>
    public string IdOr(int index) => Id is { ValueKind: JsonValueKind.String or JsonValueKind.Number } id ? id.ToString() : index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The documents of a request, some of which may be objects without text, but not all.</summary>
    /// <param name="rankFields">The fields of an object to rank by, a line each; null where the client named none.</param>
    /// <param name="keep">Whether the client wants them back.</param>
    public static SentDocument[] List(RequestFields fields, string name, int most, FieldNames? rankFields, Storefront storefront, bool keep)
    {
        SentDocument[] documents = fields.List(name, most, Expected, (JsonElement item) => Read(item, rankFields, storefront, keep));
        if (documents.Length > 0 && documents.All(document => document.Reading is null))
            fields.Fault(0, $"{name}: none has text; expected objects with {(rankFields is null ? ExpectedText : "one of rank_fields")}");
        return documents;
    }

    static SentDocument? Read(JsonElement item, FieldNames? rankFields, Storefront storefront, bool keep)
    {
        if (item.ValueKind == JsonValueKind.String)
            return new SentDocument(Reading.Of(item.GetString()!), item.GetString(), keep ? Kept(item) : null, null, null);
        if (item.ValueKind != JsonValueKind.Object) return null;
        string text = rankFields is not null ? rankFields.Joined(item) : item.TryGetProperty("text", out JsonElement usual) ? SentText.Of(usual) : "";
        Reading? reading = text.Length > 0 ? Reading.Of(text) : rankFields is null ? AsProduct(item, storefront) : null;
        if (reading is { Product: null } && item.TryGetProperty("id", out JsonElement id) && SentText.Of(id) is var name && storefront.Products.ContainsKey(name)) reading = reading with { Product = name };
        return new SentDocument(reading, text.Length > 0 ? text : null, keep ? Kept(item) : null, Copy(item, "id"), Copy(item, "metadata"));
    }

    static Reading? AsProduct(JsonElement item, Storefront storefront)
    {
        Product sent = new("", Text("title"), Text("brand"), Text("category"), item.TryGetProperty("attributes", out JsonElement attributes) ? SentText.Attributes(attributes) : "", Text("description"));
        if (sent.Title.Length == 0 && storefront.Products.TryGetValue(Text("id"), out Product? known)) return Reading.Of(known);
        return sent == new Product("", "", "", "", "", "") ? null : Reading.Of(sent);

        string Text(string name) => item.TryGetProperty(name, out JsonElement value) ? SentText.Of(value) : "";
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
