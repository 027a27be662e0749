using Attar.Models;
using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Server.Requests;
using Attar.Server.Settings;

namespace Attar.Server.Models;

/// <summary>
/// One loaded model with what was remembered of its work, so that both go together when it is replaced.
/// It is disposed when it was replaced and the last request that uses it is done.
/// </summary>
sealed class ServedModel(string name, string version, DateTimeOffset loaded, IScoringModel model, ServerOptions options)
{
    int users = 1; // the shelf is one

    public string Name => name;

    /// <summary>Of the files it was loaded from.</summary>
    public string Version => version;

    public DateTimeOffset Loaded => loaded;

    public IScoringModel Model => model;

    /// <summary>Tokens of documents by their text.</summary>
    public BoundedCache<UInt128, ProductTokens> Tokens { get; } = new(options.TokenCache);

    /// <summary>Scores by query and document.</summary>
    public BoundedCache<(UInt128 Query, UInt128 Document), RememberedScore> Scores { get; } = new(options.ScoreCache);

    /// <summary>How far the scores it serves are from its reference; null without one.</summary>
    public ScoreWatch? Watch { get; } = model.Reference is { } reference ? new ScoreWatch(reference) : null;

    /// <summary>Whether a token stands for text that the vocabulary cannot spell.</summary>
    public bool IsUnknown(int token) => model.TokenOf(token) is SpecialTokens.Unknown or "<unk>";

    public Pace Pace { get; } = new();

    /// <summary>From the logits of one pair to its score on a logit's scale, as <c>PairScorer.Scores</c> has it.</summary>
    public float Score(ReadOnlySpan<float> logits) => model.Labels == 1
        ? logits[0]
        : (float)GradeHead.Score(logits, [.. model.Gains!], stackalloc double[model.Labels]);

    /// <summary>The score below which this model's documents are left out; null: none is.</summary>
    /// <exception cref="RequestRefused">when the caller wants the cut-off that it does not have.</exception>
    public Threshold? ThresholdOf(MinScore asked) =>
        asked.Least is { } least ? new Threshold((float)least, asked.Raw)
        : model.CutOff is { } cutOff ? new Threshold(cutOff.Score, Raw: true)
        : asked.Preset ? null
        : throw new RequestRefused(Refusal.Invalid, $"min_score: the model {name} {model.CutOffFault}; attar calibrate makes one, or name a number");

    /// <summary>What the settings want of the usual model and this one lacks; null: nothing.</summary>
    public string? Lack => options.Least is { Least: null } && name == options.Model && model.CutOff is null ? $"the model {name} {model.CutOffFault}; attar calibrate {name} makes one" : null;

    /// <summary>What the labels of a pair weigh: the softmax over grades, or the one logit's sigmoid.</summary>
    public double[] Probabilities(ReadOnlySpan<float> logits)
    {
        if (model.Labels == 1) return [Sigmoid(logits[0])];
        double[] probabilities = new double[model.Labels];
        GradeHead.ExpectedGain(logits, [.. model.Gains!], probabilities);
        return probabilities;
    }

    /// <summary>A logit as a probability; in double precision, so that large logits do not all become 1.</summary>
    public static double Sigmoid(float logit) => 1 / (1 + Math.Exp(-(double)logit));

    /// <returns>False when it was disposed already: ask the shelf again.</returns>
    public bool TryUse()
    {
        for (int seen = Volatile.Read(ref users); seen > 0; seen = Volatile.Read(ref users))
            if (Interlocked.CompareExchange(ref users, seen + 1, seen) == seen) return true;
        return false;
    }

    /// <summary>Ends one use.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref users) == 0) model.Dispose();
    }
}
