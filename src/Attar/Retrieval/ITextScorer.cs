namespace Attar.Retrieval;

/// <summary>Scores plain texts against a query: what a rerank request needs, where no catalogue is known.</summary>
public interface ITextScorer
{
    /// <summary>One raw logit per document, in the order given; higher is more relevant.</summary>
    float[] Score(string query, IReadOnlyList<string> documents);
}
