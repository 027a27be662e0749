using Attar.Models.Layers;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models.Encoders;

/// <summary>DeBERTa in its second and third version (He et al. 2021 and 2023) as a cross-encoder: attention weighs what tokens say and how far apart they stand separately. The whole model is this file.</summary>
/// <remarks>Tensor names are Hugging Face's DebertaV2ForSequenceClassification. The last layer runs for the first token only, which changes nothing but the time.</remarks>
public sealed class Deberta : PairModel
{
    readonly Parameter words, distances;
    readonly Parameter? positions, segments, overlap;
    readonly Projection? widening;
    readonly Norm embeddingNorm;
    readonly Norm? distanceNorm;
    readonly Layer[] layers;
    readonly Projection head, classifier;

    /// <param name="parameters">Where the weights come from; null: zeros, to be initialised.</param>
    public Deberta(DebertaConfig config, ParameterSet? parameters = null) : base(parameters)
    {
        Config = config;
        int h = config.Hidden, e = config.EmbeddingSize > 0 ? config.EmbeddingSize : h;
        words = Parameters.Matrix("deberta.embeddings.word_embeddings.weight", config.VocabularySize, e);
        if (config.Positions) positions = Parameters.Matrix("deberta.embeddings.position_embeddings.weight", config.MaxPositions, e);
        if (config.Segments > 0) segments = Parameters.Matrix("deberta.embeddings.token_type_embeddings.weight", config.Segments, e);
        if (config.Overlap != OverlapMarks.None) overlap = Parameters.Matrix("deberta.embeddings.overlap_embeddings.weight", config.Overlap.Count(), h);
        if (e != h) widening = new Projection(Parameters, "deberta.embeddings.embed_proj", h, e, bias: false);
        embeddingNorm = new Norm(Parameters, "deberta.embeddings.LayerNorm", config);
        layers = [.. Enumerable.Range(0, config.Layers).Select(i => new Layer(Parameters, $"deberta.encoder.layer.{i}", config))];
        distances = Parameters.Matrix("deberta.encoder.rel_embeddings.weight", 2 * config.Span, h);
        if (config.NormedDistances) distanceNorm = new Norm(Parameters, "deberta.encoder.LayerNorm", config);
        head = new Projection(Parameters, "pooler.dense", h, h);
        classifier = new Projection(Parameters, "classifier", config.Labels, h);
    }

    public DebertaConfig Config { get; }
    public override int Labels => Config.Labels;
    public override int VocabularySize => Config.VocabularySize;
    public override int MaxLength => Config.MaxPositions;

    public override OverlapMarks Overlap => Config.Overlap;

    public override Variable Logits(Tape tape, PackedBatch batch)
    {
        Variable first = Dropout.Apply(tape, Hidden(tape, batch, firstOnly: true), Config.Dropout); // (sequences, hidden)
        return classifier.Apply(tape, Dropout.Apply(tape, Config.HeadActivation.Apply(tape, head.Apply(tape, first)), Config.Dropout));
    }

    public override Variable Hidden(Tape tape, PackedBatch batch) => Hidden(tape, batch, firstOnly: false);

    public override Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows) => throw new NotSupportedException("DeBERTa is read as it was pre-trained, without its masked-token head");

    /// <returns>(tokens, hidden), or (sequences, hidden) for first tokens only</returns>
    Variable Hidden(Tape tape, PackedBatch batch, bool firstOnly)
    {
        Variable x = Embedding.Apply(tape, (words, batch.Ids));
        if (positions != null) x = Add.Apply(tape, x, Embedding.Apply(tape, (positions, batch.Positions)));
        if (segments != null) x = Add.Apply(tape, x, Embedding.Apply(tape, (segments, batch.SegmentsOf(Config.Segments))));
        if (widening != null) x = widening.Apply(tape, x);
        if (overlap != null) x = Add.Apply(tape, x, Embedding.Apply(tape, (overlap, batch.Overlap)));
        x = Dropout.Apply(tape, embeddingNorm.Apply(tape, x, null), Config.Dropout);
        (DisentangledShape shape, Variable known) = Distances(tape, batch);
        for (int i = 0; i < layers.Length; i++)
            x = layers[i].Apply(tape, x, known, batch, shape with { FirstOnly = firstOnly && i == layers.Length - 1 });
        return x;
    }

    /// <summary>The embeddings of those distances alone that the batch has: shop texts are short.</summary>
    (DisentangledShape Shape, Variable Distances) Distances(Tape tape, PackedBatch batch)
    {
        int reach = 0;
        for (int s = 0; s < batch.Sequences; s++) reach = Math.Max(reach, batch.Offsets.Span[s + 1] - batch.Offsets.Span[s] - 1);
        int[] rows = [.. Enumerable.Range(-reach, 2 * reach + 1).Select(Config.RowOf)], used = [.. rows.Distinct().Order()];
        Variable known = SelectRows.Apply(tape, distances, used); // (distances, hidden)
        if (distanceNorm != null) known = distanceNorm.Apply(tape, known, null);
        return (new DisentangledShape(batch.Offsets, false, Config.Heads, Config.Hidden / Config.Heads, reach, rows.Select(row => Array.BinarySearch(used, row)).ToArray(), 1 / MathF.Sqrt(3f * Config.Hidden / Config.Heads)), known);
    }

    sealed class Layer(ParameterSet set, string name, DebertaConfig config)
    {
        readonly Projection query = new(set, $"{name}.attention.self.query_proj", config.Hidden, config.Hidden);
        readonly Projection key = new(set, $"{name}.attention.self.key_proj", config.Hidden, config.Hidden);
        readonly Projection value = new(set, $"{name}.attention.self.value_proj", config.Hidden, config.Hidden);
        readonly Projection? positionKey = config.SharedKeys ? null : new(set, $"{name}.attention.self.pos_key_proj", config.Hidden, config.Hidden);
        readonly Projection? positionQuery = config.SharedKeys ? null : new(set, $"{name}.attention.self.pos_query_proj", config.Hidden, config.Hidden);
        readonly Projection output = new(set, $"{name}.attention.output.dense", config.Hidden, config.Hidden);
        readonly Norm attentionNorm = new(set, $"{name}.attention.output.LayerNorm", config);
        readonly Projection intermediate = new(set, $"{name}.intermediate.dense", config.Intermediate, config.Hidden);
        readonly Projection down = new(set, $"{name}.output.dense", config.Hidden, config.Intermediate);
        readonly Norm outputNorm = new(set, $"{name}.output.LayerNorm", config);

        public Variable Apply(Tape tape, Variable x, Variable distances, PackedBatch batch, DisentangledShape shape)
        {
            Variable asking = shape.FirstOnly ? SelectRows.Apply(tape, x, batch.FirstRows) : x;
            Variable context = DisentangledAttention.Apply(
                tape, query.Apply(tape, asking), key.Apply(tape, x), value.Apply(tape, x), (positionKey ?? key).Apply(tape, distances), (positionQuery ?? query).Apply(tape, distances), shape);
            Variable attended = attentionNorm.Apply(tape, Dropout.Apply(tape, output.Apply(tape, context), config.Dropout), asking);
            Variable fed = down.Apply(tape, config.Activation.Apply(tape, intermediate.Apply(tape, attended)));
            return outputNorm.Apply(tape, Dropout.Apply(tape, fed, config.Dropout), attended);
        }
    }

    sealed class Norm(ParameterSet set, string name, DebertaConfig config)
    {
        readonly Parameter gain = set.Vector($"{name}.weight", config.Hidden), bias = set.Vector($"{name}.bias", config.Hidden);

        public Variable Apply(Tape tape, Variable x, Variable? residual) => LayerNorm.Apply(tape, x, residual, gain, bias, config.Epsilon);
    }
}
