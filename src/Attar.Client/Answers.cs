namespace Attar.Client;

/// <summary>Documents, best first.</summary>
/// <param name="Model">The name of the model that ranked.</param>
public sealed record Ranking(string Model, IReadOnlyList<RankedDocument> Results)
{
    /// <summary>False where documents are unscored, for the deadline came first or the server has no text of them: they follow the others, in the order in which they were sent.</summary>
    public bool Complete => Results.All(result => result.Scored);
}

/// <param name="Index">Its place in the list that was sent.</param>
/// <param name="RelevanceScore">From 0 to 1; 0 where it was not scored.</param>
/// <param name="Id">Of a product.</param>
/// <param name="Scored">False where the deadline came first, or where the server has no text, as of an id that its catalogue does not know.</param>
public sealed record RankedDocument(int Index, double RelevanceScore, string? Id = null, bool Scored = true);

/// <summary>Products of the catalogue, best first.</summary>
/// <param name="Candidates">How many the first stage found and the model ranked.</param>
public sealed record SearchResults(int Candidates, IReadOnlyList<FoundProduct> Results);

/// <param name="Rank">From 1.</param>
/// <param name="Score">The model's logit.</param>
/// <param name="Scored">False where the deadline came first.</param>
public sealed record FoundProduct(int Rank, string Id, string Title, string Brand, string Category, double Score, bool Scored = true);
