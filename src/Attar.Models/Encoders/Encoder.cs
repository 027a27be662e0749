using Attar.Models.Layers;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Operations;

namespace Attar.Models.Encoders;

/// <summary>BERT (Devlin et al. 2019) and its descendants as a cross-encoder: query and product read together, one logit from the first token. The whole model is this file, the names of its tensors are in <see cref="EncoderNames"/>.</summary>
/// <remarks>
/// The last layer runs for the first token only, which changes nothing but the time. A split encoder's lower layers (<see cref="Lower"/>) read the two sides
/// apart, its upper ones (<see cref="Join"/>) together.
/// </remarks>
public sealed class Encoder : PairModel
{
    readonly Parameter words, positions, embeddingGain, embeddingBias;
    readonly Parameter? segments, overlap;
    readonly Projection? widening;
    readonly Layer[] layers;
    readonly Projection head, classifier;
    readonly LanguageHead? languageHead;
    readonly EncoderNames names;

    /// <param name="parameters">Where the weights come from; null: zeros, to be initialised.</param>
    public Encoder(EncoderConfig config, ParameterSet? parameters = null) : base(parameters)
    {
        (Config, names) = (config, EncoderNames.Of(config.Family));
        int h = config.Hidden, e = config.EmbeddingSize > 0 ? config.EmbeddingSize : h;
        words = Parameters.Matrix(names.Embedding("word_embeddings.weight"), config.VocabularySize, e);
        positions = Parameters.Matrix(names.Embedding("position_embeddings.weight"), config.FirstPosition + config.MaxPositions, e);
        if (config.Segments > 0) segments = Parameters.Matrix(names.Embedding("token_type_embeddings.weight"), config.Segments, e);
        if (config.Overlap != OverlapMarks.None) overlap = Parameters.Matrix(names.Embedding("overlap_embeddings.weight"), config.Overlap.Count(), e);
        embeddingGain = Parameters.Vector(names.Embedding("LayerNorm.weight"), e);
        embeddingBias = Parameters.Vector(names.Embedding("LayerNorm.bias"), e);
        if (e != h) widening = new Projection(Parameters, $"{names.Model}.embeddings_project", h, e);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(Parameters, names, i, config))];
        head = new Projection(Parameters, names.Head, h, h);
        classifier = new Projection(Parameters, names.Logits, config.Labels, h);
        if (config.LanguageHead) languageHead = new LanguageHead(Parameters, config);
    }

    public EncoderConfig Config { get; private set; }

    /// <summary>Makes query and product meet only above so many layers; the weights stay as they are, and have to learn it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">when no layer would be left for them to meet in.</exception>
    public void SplitAt(int lowerLayers)
    {
        if (lowerLayers > 0 && overlap != null && overlap.Columns != Config.Hidden) throw new ArgumentOutOfRangeException(nameof(lowerLayers), lowerLayers, "embeddings narrower than the layers cannot mark overlap between them");
        if (lowerLayers < 0 || lowerLayers >= Config.Layers) throw new ArgumentOutOfRangeException(nameof(lowerLayers), lowerLayers, $"expected 0 to {Config.Layers - 1} of {Config.Layers} layers");
        Config = Config with { Split = lowerLayers };
    }

    /// <summary>The weights that only products read when pairs are scored: in the last layer the first token meets keys and values before they are projected.</summary>
    internal HashSet<Parameter> OnlyMultiplied => [.. Parameters.Projections.Select(projection => projection.Weight).Except(layers[^1].MetByFirstToken)];

    /// <summary>Keeps the embeddings of words in 16 bits from now on.</summary>
    internal void NarrowWords() => words.Narrow();

    public override int Labels => Config.Labels;
    public override int VocabularySize => Config.VocabularySize;
    public override int MaxLength => Config.MaxPositions;

    public override OverlapMarks Overlap => Config.Overlap;

    public override Variable Logits(Tape tape, PackedBatch batch) => Join(tape, Lower(tape, batch), batch);

    /// <summary>What is left when the lower layers have run.</summary>
    /// <param name="lower">What <see cref="Lower"/> makes of the batch, (tokens, hidden)</param>
    /// <returns>(sequences, labels)</returns>
    public Variable Join(Tape tape, Variable lower, PackedBatch batch) => Logits(tape, Upper(tape, lower, batch, firstOnly: true));

    public override Variable Hidden(Tape tape, PackedBatch batch) => Upper(tape, Lower(tape, batch), batch, firstOnly: false);

    Variable Logits(Tape tape, Variable first) // (sequences, hidden)
    {
        if (names.DropsHeadInput) first = Dropout.Apply(tape, first, Config.Dropout);
        Variable pooled = names.HeadActivation.Apply(tape, head.Apply(tape, first));
        return classifier.Apply(tape, Dropout.Apply(tape, pooled, Config.Dropout));
    }

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows) =>
        languageHead!.Apply(tape, SelectRows.Apply(tape, Hidden(tape, batch), rows), words, Config.Epsilon);

    /// <summary>Embeddings, and the layers in which the sides do not see each other: a side's rows are the same whatever stands on the other.</summary>
    /// <returns>(tokens, hidden)</returns>
    public Variable Lower(Tape tape, PackedBatch batch)
    {
        Variable x = LayerNorm.Apply(tape, Embedded(tape, batch), null, embeddingGain, embeddingBias, Config.Epsilon);
        x = Dropout.Apply(tape, x, Config.Dropout);
        if (widening != null) x = widening.Apply(tape, x);
        return Layers(tape, x, batch, 0, Config.Split, batch.Sides, firstOnly: false);
    }

    /// <returns>(tokens, hidden), or (sequences, hidden) for first tokens only</returns>
    Variable Upper(Tape tape, Variable x, PackedBatch batch, bool firstOnly)
    {
        if (Config.Split > 0 && overlap != null) x = Add.Apply(tape, x, Embedding.Apply(tape, (overlap, batch.Overlap)));
        return Layers(tape, x, batch, Config.Split, layers.Length, batch.Offsets, firstOnly);
    }

    Variable Layers(Tape tape, Variable x, PackedBatch batch, int from, int to, ReadOnlyMemory<int> offsets, bool firstOnly)
    {
        DistinctTokens? distinct = from == 0 && from < to && !tape.Training ? batch.Distinct(ofSides: Config.Split > 0) : null; // dropout would tell them apart
        for (int i = from; i < to; i++)
            x = Checkpoint.Apply(tape, x, (Layer: layers[i], batch, offsets, Distinct: i == 0 ? distinct : null, FirstOnly: firstOnly && i == layers.Length - 1), static (tape, x, part) => part.Layer.Apply(tape, x, part.batch, part.offsets, part.Distinct, part.FirstOnly));
        return x;
    }

    /// <returns>(tokens, embedding)</returns>
    Variable Embedded(Tape tape, PackedBatch batch)
    {
        (Variable, ReadOnlyMemory<int>) word = (words, batch.Ids), position = (positions, batch.PositionsFrom(Config.FirstPosition, ofSides: Config.Split > 0));
        Parameter? mark = Config.Split > 0 ? null : overlap;
        return (segments, mark) switch
        {
            (null, null) => Embedding.Apply(tape, word, position),
            (null, _) => Embedding.Apply(tape, word, position, (mark, batch.Overlap)),
            (_, null) => Embedding.Apply(tape, word, position, (segments, batch.SegmentsOf(Config.Segments))),
            _ => Embedding.Apply(tape, word, position, (segments, batch.SegmentsOf(Config.Segments)), (mark, batch.Overlap)),
        };
    }

    sealed class Layer(ParameterSet set, EncoderNames names, int index, EncoderConfig config)
    {
        readonly int headSize = config.Hidden / config.Heads;
        readonly Projection query = new(set, names.In(index, names.Query), config.Hidden, config.Hidden);
        readonly Projection key = new(set, names.In(index, names.Key), config.Hidden, config.Hidden);
        readonly Projection value = new(set, names.In(index, names.Value), config.Hidden, config.Hidden);
        readonly Projection output = new(set, names.In(index, names.Attended), config.Hidden, config.Hidden);
        readonly Parameter attentionGain = set.Vector(names.In(index, names.AttendedNorm) + ".weight", config.Hidden);
        readonly Parameter attentionBias = set.Vector(names.In(index, names.AttendedNorm) + ".bias", config.Hidden);
        readonly Projection intermediate = new(set, names.In(index, names.Intermediate), config.Intermediate, config.Hidden);
        readonly Projection down = new(set, names.In(index, names.Output), config.Hidden, config.Intermediate);
        readonly Parameter outputGain = set.Vector(names.In(index, names.OutputNorm) + ".weight", config.Hidden);
        readonly Parameter outputBias = set.Vector(names.In(index, names.OutputNorm) + ".bias", config.Hidden);

        public IEnumerable<Parameter> MetByFirstToken => [key.Weight, value.Weight];

        /// <param name="offsets">Of the tokens that see each other.</param>
        /// <param name="distinct">Which rows of x are the same, so that they are projected once; null where all may differ.</param>
        public Variable Apply(Tape tape, Variable x, PackedBatch batch, ReadOnlyMemory<int> offsets, DistinctTokens? distinct, bool firstOnly)
        {
            Variable asking = firstOnly ? SelectRows.Apply(tape, x, batch.FirstRows) : x;
            Variable context = firstOnly ? FirstTokens(tape, asking, x, batch) : AllTokens(tape, x, offsets, distinct);
            Variable attended = LayerNorm.Apply(tape, Dropout.Apply(tape, output.Apply(tape, context), config.Dropout), asking, attentionGain, attentionBias, config.Epsilon);
            Variable fed = config.Activation == Activation.Gelu
                ? FeedForward.Apply(tape, attended, intermediate.Weight, intermediate.Bias, down.Weight, down.Bias)
                : down.Apply(tape, config.Activation.Apply(tape, intermediate.Apply(tape, attended)));
            return LayerNorm.Apply(tape, Dropout.Apply(tape, fed, config.Dropout), attended, outputGain, outputBias, config.Epsilon);
        }

        Variable AllTokens(Tape tape, Variable x, ReadOnlyMemory<int> offsets, DistinctTokens? distinct)
        {
            var shape = new AttentionShape(offsets, offsets, config.Heads, config.Heads, headSize, Causal: false);
            Variable once = distinct == null ? x : SelectRows.Apply(tape, x, distinct.Firsts);
            return Attention.Apply(tape, Of(query), Of(key), Of(value), shape);

            Variable Of(Projection projection) => distinct == null ? projection.Apply(tape, x) : SelectRows.Apply(tape, projection.Apply(tape, once), distinct.Places);
        }

        /// <summary>One query a sequence: it meets the tokens themselves, so that no token needs a key or a value. A key's bias adds the same to all scores of a softmax and drops out.</summary>
        Variable FirstTokens(Tape tape, Variable first, Variable x, PackedBatch batch)
        {
            Variable asked = HeadLinear.Expand(tape, query.Apply(tape, first), key.Weight, config.Heads); // (sequences, heads · hidden)
            var shape = new AttentionShape(batch.OneEach, batch.Offsets, config.Heads, 1, config.Hidden, Causal: false, Scale: 1 / MathF.Sqrt(headSize));
            return HeadLinear.Reduce(tape, Attention.Apply(tape, asked, x, x, shape), value.Weight, value.Bias!, config.Heads);
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
}
