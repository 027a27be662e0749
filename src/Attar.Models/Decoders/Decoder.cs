using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Operations;

namespace Attar.Models.Decoders;

/// <summary>Llama (Touvron et al. 2023) as a classifier: a K-way head reads the last token. The whole model is this file.</summary>
/// <remarks>Tensor names are Hugging Face's LlamaForSequenceClassification; the language head is tied to the embeddings. For a classification the last layer runs for the last token only, which changes nothing but the time.</remarks>
public sealed class Decoder : PairModel
{
    readonly Parameter embeddings, finalGain, score;
    readonly Parameter? overlap;
    readonly Layer[] layers;

    public Decoder(DecoderConfig config)
    {
        Config = config;
        embeddings = Parameters.Matrix("model.embed_tokens.weight", config.VocabularySize, config.Hidden);
        if (config.Overlap) overlap = Parameters.Matrix("model.overlap_embeddings.weight", 3, config.Hidden);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(Parameters, $"model.layers.{i}", config))];
        finalGain = Parameters.Vector("model.norm.weight", config.Hidden);
        score = Parameters.Matrix("score.weight", config.Labels, config.Hidden);
    }

    public DecoderConfig Config { get; }
    public override int Labels => Config.Labels;
    public override int VocabularySize => Config.VocabularySize;
    public override int MaxLength => Config.MaxPositions;

    public override Variable Logits(Tape tape, PackedBatch batch) =>
        Linear.Apply(tape, Dropout.Apply(tape, Hidden(tape, batch, lastOnly: true), Config.Dropout), score);

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows) =>
        Linear.Apply(tape, SelectRows.Apply(tape, Hidden(tape, batch, lastOnly: false), rows), embeddings);

    /// <returns>(tokens, hidden), or (sequences, hidden) for last tokens only</returns>
    Variable Hidden(Tape tape, PackedBatch batch, bool lastOnly)
    {
        Variable x = overlap == null ? Embedding.Apply(tape, (embeddings, batch.Ids)) : Embedding.Apply(tape, (embeddings, batch.Ids), (overlap, batch.Overlap));
        x = Dropout.Apply(tape, x, Config.Dropout);
        for (int i = 0; i < layers.Length; i++) x = layers[i].Apply(tape, x, batch, lastOnly && i == layers.Length - 1);
        return RmsNorm.Apply(tape, x, finalGain, Config.Epsilon);
    }

    sealed class Layer(ParameterSet set, string name, DecoderConfig config)
    {
        readonly int headSize = config.Hidden / config.Heads;
        readonly Parameter inputGain = set.Vector($"{name}.input_layernorm.weight", config.Hidden);
        readonly Parameter query = set.Matrix($"{name}.self_attn.q_proj.weight", config.Hidden, config.Hidden);
        readonly Parameter key = set.Matrix($"{name}.self_attn.k_proj.weight", config.Hidden / config.Heads * config.KeyHeads, config.Hidden);
        readonly Parameter value = set.Matrix($"{name}.self_attn.v_proj.weight", config.Hidden / config.Heads * config.KeyHeads, config.Hidden);
        readonly Parameter output = set.Matrix($"{name}.self_attn.o_proj.weight", config.Hidden, config.Hidden);
        readonly Parameter middleGain = set.Vector($"{name}.post_attention_layernorm.weight", config.Hidden);
        readonly Parameter gate = set.Matrix($"{name}.mlp.gate_proj.weight", config.Intermediate, config.Hidden);
        readonly Parameter up = set.Matrix($"{name}.mlp.up_proj.weight", config.Intermediate, config.Hidden);
        readonly Parameter down = set.Matrix($"{name}.mlp.down_proj.weight", config.Hidden, config.Intermediate);

        public Variable Apply(Tape tape, Variable x, PackedBatch batch, bool lastOnly)
        {
            Variable normed = RmsNorm.Apply(tape, x, inputGain, config.Epsilon);
            Variable asking = lastOnly ? SelectRows.Apply(tape, normed, batch.LastRows) : normed;
            Variable q = Rope.Apply(tape, Linear.Apply(tape, asking, query), lastOnly ? batch.LastPositions : batch.Positions, headSize, config.RopeTheta);
            Variable k = Rope.Apply(tape, Linear.Apply(tape, normed, key), batch.Positions, headSize, config.RopeTheta);
            Variable v = Linear.Apply(tape, normed, value);
            var shape = new AttentionShape(lastOnly ? batch.OneEach : batch.Offsets, batch.Offsets, config.Heads, config.KeyHeads, headSize, Causal: true);
            Variable context = Linear.Apply(tape, Attention.Apply(tape, q, k, v, shape), output);

            x = Add.Apply(tape, lastOnly ? SelectRows.Apply(tape, x, batch.LastRows) : x, Dropout.Apply(tape, context, config.Dropout));
            normed = RmsNorm.Apply(tape, x, middleGain, config.Epsilon);
            Variable expanded = SwiGlu.Apply(tape, Linear.Apply(tape, normed, gate), Linear.Apply(tape, normed, up));
            return Add.Apply(tape, x, Dropout.Apply(tape, Linear.Apply(tape, expanded, down), config.Dropout));
        }
    }
}
