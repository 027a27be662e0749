using Attar.Server.Models;
using Attar.Server.Requests;

namespace Attar.Server.Scoring;

/// <summary>What a model said of the documents of one request.</summary>
/// <param name="Model">The name of the model that answered.</param>
/// <param name="Scores">On a logit's scale; null for a document that was not reached by the deadline.</param>
/// <param name="Tokens">Computed for it; what the cache knew cost none.</param>
/// <param name="Truncated">What was too long for the model.</param>
sealed record Verdicts(string Model, float?[] Scores, int Tokens, Truncation Truncated)
{
    /// <summary>The model's own scores, where <see cref="Scores"/> are those combined with signals; a lowest score is held against these.</summary>
    public float?[]? Own { get; init; }

    /// <summary>Documents below, and those without a score, are left out; null: none is.</summary>
    public Threshold? Least { get; init; }

    /// <summary>Whether a lowest score was asked for where none can hold.</summary>
    public bool Uncut { get; init; }

    /// <summary>How many are left out.</summary>
    public int Below => Least is null ? 0 : Enumerable.Range(0, Scores.Length).Count(index => !IsShown(index));

    bool IsShown(int index) => Least is not { } least || ((Own ?? Scores)[index] is { } score && least.Passes(score));

    /// <summary>Whether the model tells none of them apart, so that their order says nothing.</summary>
    public bool OneScore => Scores.Length > 1 && Scores.All(score => score is not null) && Scores.All(score => score == Scores[0]);

    /// <summary>What a client should know of the answer, a sentence each.</summary>
    public IEnumerable<string> Warnings
    {
        get
        {
            if (Unscored > 0) yield return $"{Unscored} of {Scores.Length} documents were not scored within the request's time and tokens{(Least is null ? "; they follow in the order given" : "")}";
            if (Textless.Count > 0) yield return $"{Textless.Count} of {Scores.Length} documents have no text{(Least is null ? "; they rank last" : "")}";
            if (Truncated.Query) yield return "the query is too long and was cut";
            if (Truncated.Documents > 0) yield return $"{Truncated.Documents} of {Scores.Length} documents are too long and were cut";
            if (Below > 0) yield return $"{Below} of {Scores.Length} documents are below min_score and left out";
            if (Uncut) yield return "min_score is passed over, for the scores of this list are not those of one model";
            if (OneScore) yield return $"all {Scores.Length} documents have the same score; their order is the one given";
        }
    }

    /// <summary>Documents that had nothing to be read.</summary>
    public HashSet<int> Textless { get; init; } = [];

    /// <summary>The order of an interleaved list; null where scores alone give the order.</summary>
    public int[]? Ranking { get; init; }

    public int Unscored => Scores.Count(score => score is null) - Textless.Count;

    /// <summary>Indexes by falling score; equal scores keep the order in which they were given, and so do those without a score, which stand last, those without text behind. Those below <see cref="Least"/> are missing.</summary>
    public int[] Order() => Ranking ?? [.. Enumerable.Range(0, Scores.Length).Where(IsShown).OrderByDescending(index => Scores[index] ?? float.NegativeInfinity).ThenBy(Textless.Contains)];

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
