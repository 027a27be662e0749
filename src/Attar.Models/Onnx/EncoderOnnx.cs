using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;

namespace Attar.Models.Onnx;

/// <summary>BERT and its descendants as nodes. The last layer runs for the first token only, as in <see cref="Encoder"/>.</summary>
sealed class EncoderOnnx(Encoder encoder, OnnxGraph graph, OnnxLayers layers, OnnxInputs inputs)
{
    readonly EncoderConfig config = encoder.Config;
    readonly EncoderNames names = EncoderNames.Of(encoder.Config.Family);
    readonly int head = encoder.Config.Hidden / encoder.Config.Heads;

    /// <summary>Ends in <c>logits</c> (batch, labels).</summary>
    public void Write()
    {
        string x = Embeddings(), bias = layers.MaskBias(inputs.Mask);
        for (int i = 0; i < config.Layers - 1; i++) x = Layer(i, x, bias);
        string first = LastLayer(config.Layers - 1, x, bias); // (batch, hidden)
        layers.Linear(names.Logits, layers.Activated(names.HeadActivation, layers.Linear(names.Head, first)), OnnxModel.Output);
    }

    /// <returns>(batch, length, hidden)</returns>
    string Embeddings()
    {
        string x = layers.Words(names.Embedding("word_embeddings.weight"), inputs.Ids);
        if (config.Segments > 0)
        {
            string side = config.Segments > 1 ? inputs.Segments : graph.Index(0);
            x = graph.Node("Add", "words_sides", [x, graph.Node("Gather", "sides", [layers.Matrix(names.Embedding("token_type_embeddings.weight")), side])]);
        }
        string end = layers.Length(inputs.Ids);
        if (config.FirstPosition > 0) end = graph.Node("Add", "length_moved", [end, graph.List(config.FirstPosition)]);
        string positions = graph.Node("Slice", "positions", [layers.Matrix(names.Embedding("position_embeddings.weight")), graph.List(config.FirstPosition), end]); // (length, hidden)
        x = graph.Node("Add", "embeddings", [x, positions]);
        if (config.Overlap != OverlapMarks.None) x = graph.Node("Add", "embeddings_overlap", [x, graph.Node("Gather", "overlap", [layers.Matrix(names.Embedding("overlap_embeddings.weight")), inputs.Marks()])]);
        x = layers.Normalized(names.Embedding("LayerNorm"), x);
        return config.EmbeddingSize > 0 && config.EmbeddingSize != config.Hidden ? layers.Linear($"{names.Model}.embeddings_project", x) : x;
    }

    /// <returns>(batch, length, hidden)</returns>
    string Layer(int layer, string x, string bias)
    {
        string self = names.In(layer, "attention.self");
        string query = Heads(names.Query, 0, 2, 1, 3), key = Heads(names.Key, 0, 2, 3, 1), value = Heads(names.Value, 0, 2, 1, 3);
        string weights = layers.Weights(self, graph.Node("MatMul", $"{self}.scores", [query, key]), head, bias, axis: 3); // (batch, heads, length, length)
        string context = graph.Node("Transpose", $"{self}.context", [graph.Node("MatMul", $"{self}.context.heads", [weights, value])], ("perm", new int[] { 0, 2, 1, 3 }));
        return FeedForward(layer, x, graph.Node("Reshape", $"{self}.context.joined", [context, graph.List(0, 0, config.Hidden)]));

        string Heads(string name, params int[] order)
        {
            string full = names.In(layer, name);
            return graph.Node("Transpose", $"{full}.heads", [graph.Node("Reshape", $"{full}.split", [layers.Linear(full, x), graph.List(0, 0, config.Heads, head)])], ("perm", order));
        }
    }

    /// <summary>
    /// The layer for the first token alone, keys and values never made: a head's score of a token is q·(K x) = (Kᵀ q)·x, its context Σ w (V x) = V (Σ w x),
    /// so both products run once a sequence instead of once a token. The keys' bias adds the same to every score of a head and drops out of the softmax;
    /// the values' bias is added once, since the weights sum to 1.
    /// </summary>
    /// <param name="x">(batch, length, hidden)</param>
    /// <returns>(batch, hidden)</returns>
    string LastLayer(int layer, string x, string bias)
    {
        string self = names.In(layer, "attention.self"), keyName = names.In(layer, names.Key), valueName = names.In(layer, names.Value);
        Tensor keys = layers.Weight($"{keyName}.weight"), values = layers.Weight($"{valueName}.weight"); // (heads x head, hidden)
        string first = graph.Node("Gather", "first", [x, graph.Index(0)], ("axis", 1)); // (batch, hidden)
        string query = graph.Node("Reshape", $"{self}.query.split", [layers.Linear(names.In(layer, names.Query), first), graph.List(-1, config.Heads, head)]);
        string probe = PerHead("probe", query, graph.Tensor($"{keyName}.weight", [config.Heads, head, config.Hidden], () => keys.Span)); // (batch, heads, hidden)
        string scores = graph.Node("MatMul", $"{self}.scores", [probe, graph.Node("Transpose", $"{self}.columns", [x], ("perm", new int[] { 0, 2, 1 }))]);
        string weights = layers.Weights(self, scores, head, graph.Node("Squeeze", "mask_bias_first", [bias], ("axes", new int[] { 1 })), axis: 2); // (batch, heads, length)
        string mean = graph.Node("MatMul", $"{self}.mean", [weights, x]); // (batch, heads, hidden)
        string context = PerHead("context", mean, graph.Tensor($"{valueName}.weight", [config.Heads, config.Hidden, head], () => OnnxLayers.Transposed(values, head)));
        string joined = graph.Node("Reshape", $"{self}.context.joined", [context, graph.List(-1, config.Hidden)]);
        return FeedForward(layer, first, graph.Node("Add", $"{self}.context.biased", [joined, layers.Vector($"{valueName}.bias")]));

        // (batch, heads, in) with (heads, in, out): the heads become the batch of the product
        string PerHead(string name, string x, string weight) => Swapped($"{self}.{name}", graph.Node("MatMul", $"{self}.{name}.product", [Swapped($"{self}.{name}.heads", x), weight]));
        string Swapped(string name, string x) => graph.Node("Transpose", name, [x], ("perm", new int[] { 1, 0, 2 }));
    }

    string FeedForward(int layer, string x, string context)
    {
        string attended = layers.Normalized(names.In(layer, names.AttendedNorm), graph.Node("Add", names.In(layer, "attention.sum"), [layers.Linear(names.In(layer, names.Attended), context), x]));
        string expanded = layers.Activated(config.Activation, layers.Linear(names.In(layer, names.Intermediate), attended));
        return layers.Normalized(names.In(layer, names.OutputNorm), graph.Node("Add", names.In(layer, "sum"), [layers.Linear(names.In(layer, names.Output), expanded), attended]));
    }
}
