using Attar.Models.Layers;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Operations;

namespace Attar.Models.Encoders;

/// <summary>ModernBERT (Warner et al. 2024) as a cross-encoder: rotary positions, norms before each part, gated feed-forward layers, and layers that see only what is near between those that see all. The whole model is this file.</summary>
/// <remarks>Tensor names are Hugging Face's ModernBertForSequenceClassification. Where the head reads the first token, the last layer runs for it only, which changes nothing but the time.</remarks>
public sealed class ModernBert : PairModel
{
    readonly Parameter words;
    readonly Parameter? overlap;
    readonly Norm embeddingNorm, finalNorm, headNorm;
    readonly Layer[] layers;
    readonly Projection head, classifier;

    /// <param name="parameters">Where the weights come from; null: zeros, to be initialised.</param>
    public ModernBert(ModernBertConfig config, ParameterSet? parameters = null) : base(parameters)
    {
        Config = config;
        int h = config.Hidden;
        words = Parameters.Matrix("model.embeddings.tok_embeddings.weight", config.VocabularySize, h);
        if (config.Overlap != OverlapMarks.None) overlap = Parameters.Matrix("model.embeddings.overlap_embeddings.weight", config.Overlap.Count(), h);
        embeddingNorm = new Norm(Parameters, "model.embeddings.norm", config);
        RopeFrequencies near = RopeFrequencies.Plain(h / config.Heads, config.LocalTheta), far = RopeFrequencies.Plain(h / config.Heads, config.GlobalTheta);
        layers = [.. config.Windows.Select((window, i) => new Layer(Parameters, $"model.layers.{i}", config, window, window > 0 ? near : far, normed: i > 0))];
        finalNorm = new Norm(Parameters, "model.final_norm", config);
        head = new Projection(Parameters, "head.dense", h, h, config.HeadBias);
        headNorm = new Norm(Parameters, "head.norm", config);
        classifier = new Projection(Parameters, "classifier", config.Labels, h);
    }

    public ModernBertConfig Config { get; }
    public override int Labels => Config.Labels;
    public override int VocabularySize => Config.VocabularySize;
    public override int MaxLength => Config.MaxPositions;

    public override OverlapMarks Overlap => Config.Overlap;

    public override Variable Logits(Tape tape, PackedBatch batch)
    {
        Variable x = Hidden(tape, batch, firstOnly: !Config.MeanPooling);
        if (Config.MeanPooling) x = MeanPool.Apply(tape, x, batch.Offsets, batch.OneEach); // (sequences, hidden)
        x = headNorm.Apply(tape, Config.HeadActivation.Apply(tape, head.Apply(tape, x)));
        return classifier.Apply(tape, Dropout.Apply(tape, x, Config.Dropout));
    }

    public override Variable Hidden(Tape tape, PackedBatch batch) => Hidden(tape, batch, firstOnly: false);

    /// <returns>(tokens, hidden), or (sequences, hidden) for first tokens only</returns>
    Variable Hidden(Tape tape, PackedBatch batch, bool firstOnly)
    {
        Variable x = overlap == null ? Embedding.Apply(tape, (words, batch.Ids)) : Embedding.Apply(tape, (words, batch.Ids), (overlap, batch.Overlap));
        x = Dropout.Apply(tape, embeddingNorm.Apply(tape, x), Config.Dropout);
        for (int i = 0; i < layers.Length; i++)
            x = Checkpoint.Apply(tape, x, (Layer: layers[i], batch, FirstOnly: firstOnly && i == layers.Length - 1), static (tape, x, part) => part.Layer.Apply(tape, x, part.batch, part.FirstOnly));
        return finalNorm.Apply(tape, x);
    }

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows) => throw new NotSupportedException("ModernBERT is read as it was pre-trained, without its masked-token head");

    sealed class Layer(ParameterSet set, string name, ModernBertConfig config, int window, RopeFrequencies frequencies, bool normed)
    {
        readonly Norm? attentionNorm = normed ? new(set, $"{name}.attn_norm", config) : null; // the first layer reads embeddings, normalised already
        readonly Projection query = new(set, $"{name}.attn.Wqkv", config.Hidden, config.Hidden, config.AttentionBias, 0, 3);
        readonly Projection key = new(set, $"{name}.attn.Wqkv", config.Hidden, config.Hidden, config.AttentionBias, 1, 3);
        readonly Projection value = new(set, $"{name}.attn.Wqkv", config.Hidden, config.Hidden, config.AttentionBias, 2, 3);
        readonly Projection output = new(set, $"{name}.attn.Wo", config.Hidden, config.Hidden, config.AttentionBias);
        readonly Norm middleNorm = new(set, $"{name}.mlp_norm", config);
        readonly Projection gate = new(set, $"{name}.mlp.Wi", config.Intermediate, config.Hidden, config.MlpBias, 0, 2);
        readonly Projection up = new(set, $"{name}.mlp.Wi", config.Intermediate, config.Hidden, config.MlpBias, 1, 2);
        readonly Projection down = new(set, $"{name}.mlp.Wo", config.Hidden, config.Intermediate, config.MlpBias);

        public Variable Apply(Tape tape, Variable x, PackedBatch batch, bool firstOnly)
        {
            Variable normed = attentionNorm?.Apply(tape, x) ?? x;
            Variable q = query.Apply(tape, firstOnly ? SelectRows.Apply(tape, normed, batch.FirstRows) : normed);
            if (!firstOnly) q = Rope.Apply(tape, q, batch.Positions, frequencies); // position 0 turns nothing
            Variable k = Rope.Apply(tape, key.Apply(tape, normed), batch.Positions, frequencies);
            var shape = new AttentionShape(firstOnly ? batch.OneEach : batch.Offsets, batch.Offsets, config.Heads, config.Heads, config.Hidden / config.Heads, Causal: false, Window: window);
            Variable context = output.Apply(tape, Attention.Apply(tape, q, k, value.Apply(tape, normed), shape));

            x = Add.Apply(tape, firstOnly ? SelectRows.Apply(tape, x, batch.FirstRows) : x, Dropout.Apply(tape, context, config.Dropout));
            normed = middleNorm.Apply(tape, x);
            Variable expanded = config.Activation.Gate(tape, gate.Apply(tape, normed), up.Apply(tape, normed));
            return Add.Apply(tape, x, Dropout.Apply(tape, down.Apply(tape, expanded), config.Dropout));
        }
    }

    sealed class Norm(ParameterSet set, string name, ModernBertConfig config)
    {
        readonly Parameter gain = set.Vector($"{name}.weight", config.Hidden);
        readonly Parameter? bias = config.NormBias ? set.Vector($"{name}.bias", config.Hidden) : null;

        public Variable Apply(Tape tape, Variable x) => LayerNorm.Apply(tape, x, null, gain, bias, config.Epsilon);
    }
}
