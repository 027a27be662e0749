using Attar.Server.Models;

namespace Attar.Server.Scoring;

/// <summary>What a model said of the documents of one request.</summary>
/// <param name="Model">The name of the model that answered.</param>
/// <param name="Scores">On a logit's scale; null for a document that was not reached by the deadline.</param>
/// <param name="Tokens">Computed for it; what the cache knew cost none.</param>
sealed record Verdicts(string Model, float?[] Scores, int Tokens)
{
    public int Unscored => Scores.Count(score => score is null);

    /// <summary>Indexes by falling score; equal scores keep the order in which they were given, and so do those without a score, which stand last.</summary>
    public int[] Order() => [.. Enumerable.Range(0, Scores.Length).OrderByDescending(index => Scores[index] ?? float.NegativeInfinity)];

    /// <summary>
    /// What is written as a document's score. Clients sort by it, so one without a score gets the lowest value there is: 0 among
    /// probabilities, one less than the lowest among logits.
    /// </summary>
    public double Written(int index, bool raw) => (Scores[index], raw) switch
    {
        ({ } score, true) => score,
        ({ } score, false) => ServedModel.Sigmoid(score),
        (null, true) => Scores.Min() - 1 ?? 0,
        (null, false) => 0,
    };

    /// <summary>Marks an unscored document; null, and so not written, where there is a score.</summary>
    public bool? Mark(int index) => Scores[index] is null ? false : null;
}
