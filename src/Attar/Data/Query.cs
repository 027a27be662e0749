namespace Attar.Data;

/// <summary>What the shopper typed.</summary>
public sealed record Query(string Id, string Text);
