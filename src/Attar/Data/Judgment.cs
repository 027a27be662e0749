namespace Attar.Data;

/// <summary>A person's verdict on a query and a product.</summary>
/// <param name="Rating">In grade units, 0..K-1; a fraction when it is the mean of several raters.</param>
/// <param name="Votes">How many raters chose each grade (K entries), or null when only the rating is known.</param>
/// <param name="Truth">The true grade, known only for generated shops.</param>
public sealed record Judgment(string QueryId, string ProductId, double Rating, int[]? Votes = null, double? Truth = null);
