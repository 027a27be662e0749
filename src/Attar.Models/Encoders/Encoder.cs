using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Operations;

namespace Attar.Models.Encoders;

/// <summary>BERT (Devlin et al. 2019) as a cross-encoder: query and product read together, one logit from the first token. The whole model is this file.</summary>
/// <remarks>Tensor names are Hugging Face's. The last layer runs for the first token only, which changes nothing but the time.</remarks>
public sealed class Encoder : PairModel
{
    readonly Parameter words, positions, segments, embeddingGain, embeddingBias, poolerWeight, poolerBias, classifierWeight, classifierBias;
    readonly Parameter? overlap;
    readonly Layer[] layers;
    readonly LanguageHead? languageHead;

    public Encoder(EncoderConfig config)
    {
        Config = config;
        int h = config.Hidden;
        words = Parameters.Matrix("bert.embeddings.word_embeddings.weight", config.VocabularySize, h);
        positions = Parameters.Matrix("bert.embeddings.position_embeddings.weight", config.MaxPositions, h);
        segments = Parameters.Matrix("bert.embeddings.token_type_embeddings.weight", config.Segments, h);
        if (config.Overlap) overlap = Parameters.Matrix("bert.embeddings.overlap_embeddings.weight", 3, h);
        embeddingGain = Parameters.Vector("bert.embeddings.LayerNorm.weight", h);
        embeddingBias = Parameters.Vector("bert.embeddings.LayerNorm.bias", h);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(Parameters, $"bert.encoder.layer.{i}", config))];
        poolerWeight = Parameters.Matrix("bert.pooler.dense.weight", h, h);
        poolerBias = Parameters.Vector("bert.pooler.dense.bias", h);
        classifierWeight = Parameters.Matrix("classifier.weight", config.Labels, h);
        classifierBias = Parameters.Vector("classifier.bias", config.Labels);
        if (config.LanguageHead) languageHead = new LanguageHead(Parameters, config);
    }

    public EncoderConfig Config { get; }
    public override int Labels => Config.Labels;
    public override int VocabularySize => Config.VocabularySize;
    public override int MaxLength => Config.MaxPositions;

    public override Variable Logits(Tape tape, PackedBatch batch)
    {
        Variable first = Hidden(tape, batch, firstOnly: true); // (sequences, hidden)
        Variable pooled = Tanh.Apply(tape, Linear.Apply(tape, first, poolerWeight, poolerBias));
        return Linear.Apply(tape, Dropout.Apply(tape, pooled, Config.Dropout), classifierWeight, classifierBias);
    }

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows) =>
        languageHead!.Apply(tape, SelectRows.Apply(tape, Hidden(tape, batch, firstOnly: false), rows), words, Config.Epsilon);

    /// <returns>(tokens, hidden), or (sequences, hidden) for first tokens only</returns>
    Variable Hidden(Tape tape, PackedBatch batch, bool firstOnly)
    {
        Variable x = overlap == null
            ? Embedding.Apply(tape, (words, batch.Ids), (positions, batch.Positions), (segments, batch.Segments))
            : Embedding.Apply(tape, (words, batch.Ids), (positions, batch.Positions), (segments, batch.Segments), (overlap, batch.Overlap));
        x = Dropout.Apply(tape, LayerNorm.Apply(tape, x, null, embeddingGain, embeddingBias, Config.Epsilon), Config.Dropout);
        for (int i = 0; i < layers.Length; i++)
            x = layers[i].Apply(tape, x, batch, firstOnly && i == layers.Length - 1);
        return x;
    }

    sealed class Layer(ParameterSet set, string name, EncoderConfig config)
    {
        readonly int headSize = config.Hidden / config.Heads;
        readonly Projection query = new(set, $"{name}.attention.self.query", config.Hidden, config.Hidden);
        readonly Projection key = new(set, $"{name}.attention.self.key", config.Hidden, config.Hidden);
        readonly Projection value = new(set, $"{name}.attention.self.value", config.Hidden, config.Hidden);
        readonly Projection output = new(set, $"{name}.attention.output.dense", config.Hidden, config.Hidden);
        readonly Parameter attentionGain = set.Vector($"{name}.attention.output.LayerNorm.weight", config.Hidden);
        readonly Parameter attentionBias = set.Vector($"{name}.attention.output.LayerNorm.bias", config.Hidden);
        readonly Projection intermediate = new(set, $"{name}.intermediate.dense", config.Intermediate, config.Hidden);
        readonly Projection down = new(set, $"{name}.output.dense", config.Hidden, config.Intermediate);
        readonly Parameter outputGain = set.Vector($"{name}.output.LayerNorm.weight", config.Hidden);
        readonly Parameter outputBias = set.Vector($"{name}.output.LayerNorm.bias", config.Hidden);

        public Variable Apply(Tape tape, Variable x, PackedBatch batch, bool firstOnly)
        {
            Variable asking = firstOnly ? SelectRows.Apply(tape, x, batch.FirstRows) : x;
            Variable context = firstOnly ? FirstTokens(tape, asking, x, batch) : AllTokens(tape, x, batch);
            Variable attended = LayerNorm.Apply(tape, Dropout.Apply(tape, output.Apply(tape, context), config.Dropout), asking, attentionGain, attentionBias, config.Epsilon);
            Variable fed = FeedForward.Apply(tape, attended, intermediate.Weight, intermediate.Bias, down.Weight, down.Bias);
            return LayerNorm.Apply(tape, Dropout.Apply(tape, fed, config.Dropout), attended, outputGain, outputBias, config.Epsilon);
        }

        Variable AllTokens(Tape tape, Variable x, PackedBatch batch)
        {
            var shape = new AttentionShape(batch.Offsets, batch.Offsets, config.Heads, config.Heads, headSize, Causal: false);
            return Attention.Apply(tape, query.Apply(tape, x), key.Apply(tape, x), value.Apply(tape, x), shape);
        }

        /// <summary>One query a sequence: it meets the tokens themselves, so that no token needs a key or a value. A key's bias adds the same to all scores of a softmax and drops out.</summary>
        Variable FirstTokens(Tape tape, Variable first, Variable x, PackedBatch batch)
        {
            Variable asked = HeadLinear.Expand(tape, query.Apply(tape, first), key.Weight, config.Heads); // (sequences, heads · hidden)
            var shape = new AttentionShape(batch.OneEach, batch.Offsets, config.Heads, 1, config.Hidden, Causal: false, Scale: 1 / MathF.Sqrt(headSize));
            return HeadLinear.Reduce(tape, Attention.Apply(tape, asked, x, x, shape), value.Weight, value.Bias, config.Heads);
        }
    }

    /// <summary>BERT's masked-token head: transform, then the word embeddings as output weights.</summary>
    sealed class LanguageHead(ParameterSet set, EncoderConfig config)
    {
        readonly Projection transform = new(set, "cls.predictions.transform.dense", config.Hidden, config.Hidden);
        readonly Parameter gain = set.Vector("cls.predictions.transform.LayerNorm.weight", config.Hidden);
        readonly Parameter normBias = set.Vector("cls.predictions.transform.LayerNorm.bias", config.Hidden);
        readonly Parameter bias = set.Vector("cls.predictions.bias", config.VocabularySize);

        public Variable Apply(Tape tape, Variable x, Parameter words, float epsilon) =>
            Linear.Apply(tape, LayerNorm.Apply(tape, Gelu.Apply(tape, transform.Apply(tape, x)), null, gain, normBias, epsilon), words, bias);
    }

    /// <summary>A linear layer's weight (out, in) and bias.</summary>
    sealed class Projection(ParameterSet set, string name, int rows, int columns)
    {
        public Parameter Weight { get; } = set.Matrix($"{name}.weight", rows, columns);
        public Parameter Bias { get; } = set.Vector($"{name}.bias", rows);

        public Variable Apply(Tape tape, Variable x) => Linear.Apply(tape, x, Weight, Bias);
    }
}
