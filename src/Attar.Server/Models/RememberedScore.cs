namespace Attar.Server.Models;

/// <summary>What the cache knows of a query and a document.</summary>
/// <param name="QueryCut">Whether the query had more text than the model read; <paramref name="DocumentCut"/> likewise.</param>
readonly record struct RememberedScore(float Score, bool QueryCut, bool DocumentCut);
