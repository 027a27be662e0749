using System.Text.Json.Serialization;

namespace Attar.Data;

/// <summary>What the shop sells. Empty strings stand for fields that a catalogue does not have.</summary>
/// <param name="Id">Unique within the catalogue.</param>
/// <param name="Attributes">Free text, conventionally <c>name=value; name=value</c>.</param>
/// <param name="Kept">Further fields that are kept but not read as text, written as attributes are: price, availability.</param>
public sealed record Product(string Id, string Title, string Brand = "", string Category = "", string Attributes = "", string Description = "",
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kept = null);
