using Attar.Evaluation.CutOffs;
using Attar.Evaluation.Drift;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Weights;

namespace Attar.Server.Models;

/// <summary>A model from its folder. All models of a server share its threads, for one at a time computes.</summary>
public sealed class FolderModel : IScoringModel
{
    readonly PairModel model;
    readonly PairScorer scorer;
    readonly Tokenizer tokenizer;

    /// <exception cref="CheckpointException">when the folder is not a model that can be read.</exception>
    /// <exception cref="InvalidDataException">when its tokenizer cannot be read.</exception>
    /// <param name="template">How pairs are written, a text with {query} and {product}; null: as the model says.</param>
    /// <param name="readAhead">Products that a split model keeps what it knows of.</param>
    public FolderModel(string folder, CpuKernels kernels, Precision precision = Precision.Float32, int readAhead = 0, string? template = null)
    {
        tokenizer = ModelStore.LoadTokenizer(folder);
        model = ModelStore.LoadToRank(folder, lasting: true, template);
        scorer = new PairScorer(model, kernels, frozen: true, precision, keptSides: 2 * readAhead + 1000, alone: true); // an older half may go at once
        Text = ModelText.Of(model, tokenizer, template);
        Facts = ModelFacts.Of(folder, model, precision);
        Card = ModelFacts.CardOf(folder);
        string? digest = null;
        string DigestNow() => digest ??= ModelDigest.Of(folder); // it reads all of the weights, so once, and only where something was measured
        CutOff = CutOff.Read(folder, precision, DigestNow, template, out string? fault);
        CutOffFault = fault ?? "";
        Reference = ScoreReference.Read(folder, precision, DigestNow);
    }

    public IReadOnlyList<(string Name, string Value)> Facts { get; }

    public string? Card { get; }

    public CutOff? CutOff { get; }

    public string CutOffFault { get; }

    public ScoreReference? Reference { get; }

    public string Digest { get; init; } = "";

    public TokenizedText Tokenize(string text, bool structure) => tokenizer.Tokenize(text, structure: structure, specialTokens: false);

    public string TokenOf(int id) => tokenizer.TokenOf(id);

    public PairText Text { get; }

    public bool ReadsAhead => model is Encoder { Config.Split: > 0 };

    public int Labels => model.Labels;

    public IReadOnlyList<double>? Gains => model.Gains;

    public void Logits(IReadOnlyList<TokenPair> pairs, float[] logits) => scorer.Logits(pairs, logits);

    public void Dispose()
    {
        scorer.Dispose();
        model.Dispose();
    }
}
