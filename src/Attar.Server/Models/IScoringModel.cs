using Attar.Evaluation.CutOffs;
using Attar.Evaluation.Drift;
using Attar.Models.Tokenizers;

namespace Attar.Server.Models;

/// <summary>A model as the server uses it.</summary>
public interface IScoringModel : IDisposable
{
    /// <summary>Of what its files hold, the same on every server that has the same model; empty where it has none.</summary>
    string Digest => "";

    /// <summary>What it is, for people: names and values, those that matter most first.</summary>
    IReadOnlyList<(string Name, string Value)> Facts => [];

    /// <summary>Its card, as the file beside it has it; null without one.</summary>
    string? Card => null;

    /// <summary>The score that judgments showed to be precise enough; null where it has none that holds for it.</summary>
    CutOff? CutOff => null;

    /// <summary>Why not, to be said of the model.</summary>
    string CutOffFault => "has no cut-off";

    /// <summary>How its scores lay when it was calibrated or promoted; null where that is not known.</summary>
    ScoreReference? Reference => null;

    /// <summary>A text as tokens, and where each stands; with the special tokens of the tokenizer's own structure where asked for.</summary>
    TokenizedText Tokenize(string text, bool structure);

    string TokenOf(int id);

    /// <summary>How it wants its pairs written; used by many threads at once.</summary>
    PairText Text { get; }

    /// <summary>Whether a product it has scored before, for whatever query, costs it less.</summary>
    bool ReadsAhead { get; }

    /// <summary>Logits a pair: one for a student, one a grade for a teacher.</summary>
    int Labels { get; }

    /// <summary>What each grade is worth, where there is a logit a grade; otherwise null.</summary>
    IReadOnlyList<double>? Gains { get; }

    /// <summary>Writes pairs.Count x <see cref="Labels"/> logits, pair after pair. Called by one thread at a time.</summary>
    void Logits(IReadOnlyList<TokenPair> pairs, float[] logits);
}
