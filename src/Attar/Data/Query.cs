using System.Text.Json.Serialization;

namespace Attar.Data;

/// <summary>What the shopper typed.</summary>
/// <param name="Source">Of queries that pairs are made of, how they came to be, one of <see cref="Augmentation.QuerySources.All"/>; otherwise null.</param>
public sealed record Query(string Id, string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source = null);
