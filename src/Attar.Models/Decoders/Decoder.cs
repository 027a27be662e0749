using Attar.Models.Layers;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Operations;

namespace Attar.Models.Decoders;

/// <summary>Llama (Touvron et al. 2023) and its relatives as a classifier: a K-way head reads the last token. The whole model is this file; a <see cref="DecoderConfig"/> says what Mistral, Qwen, Gemma and SmolLM3 do otherwise.</summary>
/// <remarks>Tensor names are Hugging Face's LlamaForSequenceClassification. For a classification the last layer runs for the last token only, which changes nothing but the time.</remarks>
public sealed class Decoder : PairModel
{
    readonly Parameter embeddings, score;
    readonly Parameter? overlap, languageHead;
    readonly Layer[] layers;
    readonly Norm finalNorm;

    /// <param name="parameters">Where the weights come from; null: zeros, to be initialised.</param>
    public Decoder(DecoderConfig config, ParameterSet? parameters = null) : base(parameters)
    {
        Config = config;
        embeddings = Parameters.Matrix("model.embed_tokens.weight", config.VocabularySize, config.Hidden);
        if (config.Overlap != OverlapMarks.None) overlap = Parameters.Matrix("model.overlap_embeddings.weight", config.Overlap.Count(), config.Hidden);
        RopeFrequencies everywhere = RopeScaling.Frequencies(config.HeadSize, config.RopeTheta, config.Scaling);
        RopeFrequencies local = config.LocalTheta > 0 ? RopeScaling.Frequencies(config.HeadSize, config.LocalTheta, null) : everywhere;
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => (Index: i, Window: config.Windows?[i] ?? 0))
            .Select(of => new Layer(Parameters, $"model.layers.{of.Index}", config, config.Turned?[of.Index] == false ? null : of.Window > 0 ? local : everywhere, of.Window))];
        finalNorm = new Norm(Parameters, "model.norm", config.Hidden, config);
        score = Parameters.Matrix("score.weight", config.Labels, config.Hidden);
        languageHead = config.TiedEmbeddings ? embeddings : config.LanguageHead ? Parameters.Matrix("lm_head.weight", config.VocabularySize, config.Hidden) : null;
    }

    public DecoderConfig Config { get; }

    /// <summary>The output layer (labels, hidden).</summary>
    internal Parameter Head => score;

    /// <summary>The embeddings of overlap marks (marks, hidden); null: the model has none.</summary>
    internal Parameter? Marks => overlap;

    /// <summary>Head and marks: a model from elsewhere knows neither yet.</summary>
    internal override IReadOnlyList<Parameter> BesideUpdates => overlap == null ? [score] : [score, overlap];

    public override int Labels => Config.Labels;
    public override int VocabularySize => Config.VocabularySize;
    public override int MaxLength => Config.MaxPositions;

    public override OverlapMarks Overlap => Config.Overlap;

    public override Variable Logits(Tape tape, PackedBatch batch) =>
        Linear.Apply(tape, Dropout.Apply(tape, Hidden(tape, batch, lastOnly: true), Config.Dropout), score);

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows)
    {
        if (languageHead == null) throw new NotSupportedException("the language head of this model is not its embeddings, and was not read");
        Variable logits = Linear.Apply(tape, SelectRows.Apply(tape, Hidden(tape, batch, lastOnly: false), rows), languageHead);
        return Config.LanguageCap == 0 ? logits : Affine.Apply(tape, Tanh.Apply(tape, Affine.Apply(tape, logits, 1 / Config.LanguageCap)), Config.LanguageCap);
    }

    public override Variable Hidden(Tape tape, PackedBatch batch) => Hidden(tape, batch, lastOnly: false);

    /// <summary>Makes the answer of a language model its head: the score is the logit of one token after the last, less that of another.</summary>
    /// <param name="no">Null: none is taken off.</param>
    internal void Answer(int yes, int? no)
    {
        Parameter language = languageHead ?? throw new NotSupportedException("the model was read without its language head");
        Span<float> row = score.Value.Row(0);
        Read(yes, row);
        if (no is not { } other) return;
        float[] taken = new float[row.Length];
        Read(other, taken);
        for (int i = 0; i < row.Length; i++) row[i] -= taken[i];

        void Read(int token, Span<float> to)
        {
            if (language.Value.Format == NumberFormat.Float32) language.Value.Row(token).CopyTo(to);
            else Blocks.Widen(language.Value.Format, language.Value.BytesOf(token), to);
        }
    }

    /// <returns>(tokens, hidden), or (sequences, hidden) for last tokens only</returns>
    Variable Hidden(Tape tape, PackedBatch batch, bool lastOnly)
    {
        Variable x = overlap == null ? Embedding.Apply(tape, (embeddings, batch.Ids)) : Embedding.Apply(tape, (embeddings, batch.Ids), (overlap, batch.Overlap));
        if (Config.EmbeddingScale != 1) x = Affine.Apply(tape, x, Config.EmbeddingScale);
        x = Dropout.Apply(tape, x, Config.Dropout);
        for (int i = 0; i < layers.Length; i++) x = Checkpoint.Apply(tape, x, (Layer: layers[i], batch, LastOnly: lastOnly && i == layers.Length - 1), static (tape, x, part) => part.Layer.Apply(tape, x, part.batch, part.LastOnly));
        return finalNorm.Apply(tape, x);
    }

    /// <param name="frequencies">Null: positions turn nothing.</param>
    sealed class Layer(ParameterSet set, string name, DecoderConfig config, RopeFrequencies? frequencies, int window)
    {
        readonly Norm inputNorm = new(set, $"{name}.input_layernorm", config.Hidden, config);
        readonly Projection query = new(set, $"{name}.self_attn.q_proj", config.HeadSize * config.Heads, config.Hidden, config.AttentionBias);
        readonly Projection key = new(set, $"{name}.self_attn.k_proj", config.HeadSize * config.KeyHeads, config.Hidden, config.AttentionBias);
        readonly Projection value = new(set, $"{name}.self_attn.v_proj", config.HeadSize * config.KeyHeads, config.Hidden, config.AttentionBias);
        readonly Projection output = new(set, $"{name}.self_attn.o_proj", config.Hidden, config.HeadSize * config.Heads, config.OutputBias);
        readonly Norm? queryNorm = config.HeadNorms ? new(set, $"{name}.self_attn.q_norm", config.HeadSize, config) : null;
        readonly Norm? keyNorm = config.HeadNorms ? new(set, $"{name}.self_attn.k_norm", config.HeadSize, config) : null;
        readonly Norm? attentionOuterNorm = config.OuterNorms ? new(set, $"{name}.post_attention_layernorm", config.Hidden, config) : null;
        readonly Norm middleNorm = new(set, $"{name}.{(config.OuterNorms ? "pre_feedforward" : "post_attention")}_layernorm", config.Hidden, config);
        readonly Projection gate = new(set, $"{name}.mlp.gate_proj", config.Intermediate, config.Hidden, config.MlpBias);
        readonly Projection up = new(set, $"{name}.mlp.up_proj", config.Intermediate, config.Hidden, config.MlpBias);
        readonly Projection down = new(set, $"{name}.mlp.down_proj", config.Hidden, config.Intermediate, config.MlpBias);
        readonly Norm? middleOuterNorm = config.OuterNorms ? new(set, $"{name}.post_feedforward_layernorm", config.Hidden, config) : null;

        public Variable Apply(Tape tape, Variable x, PackedBatch batch, bool lastOnly)
        {
            Variable normed = inputNorm.Apply(tape, x);
            Variable q = query.Apply(tape, lastOnly ? SelectRows.Apply(tape, normed, batch.LastRows) : normed), k = key.Apply(tape, normed), v = value.Apply(tape, normed);
            q = Turned(tape, ByHead(tape, q, queryNorm), lastOnly ? batch.LastPositions : batch.Positions);
            k = Turned(tape, ByHead(tape, k, keyNorm), batch.Positions);
            var shape = new AttentionShape(
                lastOnly ? batch.OneEach : batch.Offsets, batch.SeenOffsets, config.Heads, config.KeyHeads, config.HeadSize, Causal: true,
                config.QueryScale > 0 ? config.QueryScale : null, window, config.AttentionCap, Alike: !lastOnly);
            Variable context = output.Apply(tape, Attention.Apply(tape, q, Seen(tape, k, batch), Seen(tape, v, batch), shape));
            context = attentionOuterNorm?.Apply(tape, context) ?? context;

            x = Add.Apply(tape, lastOnly ? SelectRows.Apply(tape, x, batch.LastRows) : x, Dropout.Apply(tape, context, config.Dropout));
            normed = middleNorm.Apply(tape, x);
            Variable expanded = down.Apply(tape, config.Activation.Gate(tape, gate.Apply(tape, normed), up.Apply(tape, normed)));
            expanded = middleOuterNorm?.Apply(tape, expanded) ?? expanded;
            return Add.Apply(tape, x, Dropout.Apply(tape, expanded, config.Dropout));
        }

        Variable Turned(Tape tape, Variable x, ReadOnlyMemory<int> positions) => frequencies is null ? x : Rope.Apply(tape, x, positions, frequencies);

        /// <summary>Keys or values of whole pairs, shared ones for each.</summary>
        static Variable Seen(Tape tape, Variable x, PackedBatch batch) => batch.Shares ? SelectRows.Apply(tape, x, batch.SeenRows) : x;

        static Variable ByHead(Tape tape, Variable x, Norm? norm) =>
            norm == null ? x : Reshape.Apply(tape, norm.Apply(tape, Reshape.Apply(tape, x, norm.Size)), x.Columns);
    }

    /// <summary>Root mean square norm with a gain (1, size).</summary>
    sealed class Norm(ParameterSet set, string name, int size, DecoderConfig config)
    {
        readonly Parameter gain = set.Vector($"{name}.weight", size);

        public int Size => size;

        public Variable Apply(Tape tape, Variable x) => RmsNorm.Apply(tape, x, config.GainsFromOne ? Affine.Apply(tape, gain, 1, 1) : gain, config.Epsilon);
    }
}
