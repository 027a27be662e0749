using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;

namespace Attar.Models.Onnx;

/// <summary>
/// The student as an ONNX file that needs nothing but what BERT's tokenizers give: <c>input_ids</c>, <c>attention_mask</c> and
/// <c>token_type_ids</c> (batch, length), padded on the right; <c>logits</c> (batch, labels).
/// </summary>
/// <remarks>
/// The layers are spelt as exports of BERT spell them, so that ONNX Runtime finds what it fuses: attention, layer normalisation, GELU with its
/// bias. The last layer runs for the first token only, as in <see cref="Encoder"/>.
/// </remarks>
public sealed class EncoderOnnx
{
    public const string FileName = "model.onnx";

    readonly Encoder encoder;
    readonly EncoderConfig config;
    readonly int head;
    readonly OnnxGraph graph = new("cross-encoder");
    readonly string ids, mask, segments;

    EncoderOnnx(Encoder encoder)
    {
        (this.encoder, config, head) = (encoder, encoder.Config, encoder.Config.Hidden / encoder.Config.Heads);
        ids = graph.Input("input_ids", "batch", "length");
        mask = graph.Input("attention_mask", "batch", "length");
        segments = graph.Input("token_type_ids", "batch", "length");
    }

    /// <summary>Whether the model computes what the file can say: BERT as it was published, its sides read together.</summary>
    public static bool CanWrite(PairModel model) => model is Encoder { Config: { Family: EncoderFamily.Bert, Activation: Activation.Gelu, Split: 0 } };

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="encoder">One that <see cref="CanWrite"/>.</param>
    /// <param name="text">Says which tokens are words that can stand on both sides.</param>
    /// <exception cref="InvalidDataException">when the model is too large for the format.</exception>
    public static void Write(Encoder encoder, PairText text, string path)
    {
        var file = new EncoderOnnx(encoder);
        int last = encoder.Config.Layers - 1;
        string x = file.Embeddings(text), bias = file.MaskBias();
        for (int i = 0; i < last; i++) x = file.Layer($"bert.encoder.layer.{i}", x, bias);
        string first = file.LastLayer($"bert.encoder.layer.{last}", x, bias); // (batch, hidden)
        string pooled = file.graph.Node("Tanh", "pooled", [file.Linear("bert.pooler.dense", first)]);
        file.Linear("classifier", pooled, "logits"); // (batch, labels)
        file.graph.Output("logits", "batch", encoder.Config.Labels);
        file.graph.Write(path);
    }

    /// <returns>(batch, length, hidden)</returns>
    string Embeddings(PairText text)
    {
        string words = graph.Node("Gather", "words", [Matrix("bert.embeddings.word_embeddings.weight"), ids]);
        string sides = graph.Node("Gather", "sides", [Matrix("bert.embeddings.token_type_embeddings.weight"), segments]);
        string length = graph.Node("Slice", "length", [graph.Node("Shape", "shape", [ids]), graph.List(1), graph.List(2)]); // (1)
        string positions = graph.Node("Slice", "positions", [Matrix("bert.embeddings.position_embeddings.weight"), graph.List(0), length]); // (length, hidden)
        string x = graph.Node("Add", "embeddings", [graph.Node("Add", "words_sides", [words, sides]), positions]);
        if (config.Overlap)
        {
            string marks = OverlapOnnx.Marks(graph, [.. Enumerable.Range(0, config.VocabularySize).Select(text.IsWord)], ids, mask, segments);
            x = graph.Node("Add", "embeddings_overlap", [x, graph.Node("Gather", "overlap", [Matrix("bert.embeddings.overlap_embeddings.weight"), marks])]);
        }
        return Normalized("bert.embeddings.LayerNorm", x);
    }

    /// <summary>0 for tokens; for padding so far below any attention score that its weight is exactly 0.</summary>
    /// <returns>(batch, 1, 1, length)</returns>
    string MaskBias()
    {
        string wide = graph.Node("Unsqueeze", "mask_wide", [graph.Node("Unsqueeze", "mask_heads", [mask], ("axes", new int[] { 1 }))], ("axes", new int[] { 2 }));
        string padding = graph.Node("Sub", "padding", [graph.Number(1), graph.Node("Cast", "mask_float", [wide], ("to", 1))]);
        return graph.Node("Mul", "mask_bias", [padding, graph.Number(-10000)]);
    }

    /// <returns>(batch, length, hidden)</returns>
    string Layer(string layer, string x, string bias)
    {
        string self = $"{layer}.attention.self";
        string query = Heads("query", 0, 2, 1, 3), key = Heads("key", 0, 2, 3, 1), value = Heads("value", 0, 2, 1, 3);
        string weights = Weights(self, graph.Node("MatMul", $"{self}.scores", [query, key]), bias, axis: 3); // (batch, heads, length, length)
        string context = graph.Node("Transpose", $"{self}.context", [graph.Node("MatMul", $"{self}.context.heads", [weights, value])], ("perm", new int[] { 0, 2, 1, 3 }));
        return FeedForward(layer, x, graph.Node("Reshape", $"{self}.context.joined", [context, graph.List(0, 0, config.Hidden)]));

        string Heads(string name, params int[] order) => graph.Node("Transpose", $"{self}.{name}.heads",
            [graph.Node("Reshape", $"{self}.{name}.split", [Linear($"{self}.{name}", x), graph.List(0, 0, config.Heads, head)])], ("perm", order));
    }

    /// <summary>
    /// The layer for the first token alone, keys and values never made: a head's score of a token is q·(K x) = (Kᵀ q)·x, its context Σ w (V x) = V (Σ w x),
    /// so both products run once a sequence instead of once a token. The keys' bias adds the same to every score of a head and drops out of the softmax;
    /// the values' bias is added once, since the weights sum to 1.
    /// </summary>
    /// <param name="x">(batch, length, hidden)</param>
    /// <returns>(batch, hidden)</returns>
    string LastLayer(string layer, string x, string bias)
    {
        string self = $"{layer}.attention.self";
        Tensor keys = Weight($"{self}.key.weight"), values = Weight($"{self}.value.weight"); // (heads x head, hidden)
        string first = graph.Node("Gather", "first", [x, graph.Index(0)], ("axis", 1)); // (batch, hidden)
        string query = graph.Node("Reshape", $"{self}.query.split", [Linear($"{self}.query", first), graph.List(-1, config.Heads, head)]);
        string probe = PerHead("probe", query, graph.Tensor($"{self}.key.weight", [config.Heads, head, config.Hidden], () => keys.Span)); // (batch, heads, hidden)
        string scores = graph.Node("MatMul", $"{self}.scores", [probe, graph.Node("Transpose", $"{self}.columns", [x], ("perm", new int[] { 0, 2, 1 }))]);
        string weights = Weights(self, scores, graph.Node("Squeeze", "mask_bias_first", [bias], ("axes", new int[] { 1 })), axis: 2); // (batch, heads, length)
        string mean = graph.Node("MatMul", $"{self}.mean", [weights, x]); // (batch, heads, hidden)
        string context = PerHead("context", mean, graph.Tensor($"{self}.value.weight", [config.Heads, config.Hidden, head], () => Transposed(values, head)));
        string joined = graph.Node("Reshape", $"{self}.context.joined", [context, graph.List(-1, config.Hidden)]);
        return FeedForward(layer, first, graph.Node("Add", $"{self}.context.biased", [joined, Vector($"{self}.value.bias")]));

        // (batch, heads, in) with (heads, in, out): the heads become the batch of the product
        string PerHead(string name, string x, string weight) => Swapped($"{self}.{name}", graph.Node("MatMul", $"{self}.{name}.product", [Swapped($"{self}.{name}.heads", x), weight]));
        string Swapped(string name, string x) => graph.Node("Transpose", name, [x], ("perm", new int[] { 1, 0, 2 }));
    }

    string Weights(string self, string scores, string bias, int axis)
    {
        string scaled = graph.Node("Div", $"{self}.scores.scaled", [scores, graph.Number(MathF.Sqrt(head))]);
        return graph.Node("Softmax", $"{self}.weights", [graph.Node("Add", $"{self}.scores.masked", [scaled, bias])], ("axis", axis));
    }

    string FeedForward(string layer, string x, string context)
    {
        string attended = Normalized($"{layer}.attention.output.LayerNorm", graph.Node("Add", $"{layer}.attention.sum", [Linear($"{layer}.attention.output.dense", context), x]));
        string expanded = Gelu(Linear($"{layer}.intermediate.dense", attended));
        return Normalized($"{layer}.output.LayerNorm", graph.Node("Add", $"{layer}.sum", [Linear($"{layer}.output.dense", expanded), attended]));
    }

    /// <summary>x Φ(x)</summary>
    string Gelu(string x)
    {
        string erf = graph.Node("Erf", $"{x}.erf", [graph.Node("Div", $"{x}.div", [x, graph.Number(MathF.Sqrt(2))])]);
        string twice = graph.Node("Mul", $"{x}.twice", [x, graph.Node("Add", $"{x}.add", [erf, graph.Number(1)])]);
        return graph.Node("Mul", $"{x}.gelu", [twice, graph.Number(.5f)]);
    }

    /// <summary>Layer normalisation; as an operator it is younger than the attention that ONNX Runtime fuses.</summary>
    string Normalized(string norm, string x)
    {
        string centred = graph.Node("Sub", $"{norm}.centred", [x, Mean("mean", x)]);
        string variance = Mean("variance", graph.Node("Pow", $"{norm}.square", [centred, graph.Number(2)]));
        string deviation = graph.Node("Sqrt", $"{norm}.deviation", [graph.Node("Add", $"{norm}.safe", [variance, graph.Number(config.Epsilon)])]);
        string scaled = graph.Node("Mul", $"{norm}.scaled", [graph.Node("Div", $"{norm}.unit", [centred, deviation]), Vector($"{norm}.weight")]);
        return graph.Node("Add", norm, [scaled, Vector($"{norm}.bias")]);

        string Mean(string name, string of) => graph.Node("ReduceMean", $"{norm}.{name}", [of], ("axes", new int[] { -1 }), ("keepdims", 1));
    }

    /// <param name="output">The layer's own name unless given.</param>
    string Linear(string layer, string x, string? output = null)
    {
        Tensor weight = Weight($"{layer}.weight"); // (out, in)
        string transposed = graph.Tensor($"{layer}.weight", [weight.Columns, weight.Rows], () => Transposed(weight, weight.Rows));
        return graph.Node("Add", output ?? layer, [graph.Node("MatMul", $"{layer}.product", [x, transposed]), Vector($"{layer}.bias")]);
    }

    /// <summary>Each block of so many rows transposed.</summary>
    static float[] Transposed(Tensor matrix, int rows)
    {
        float[] values = new float[matrix.Count];
        for (int i = 0; i < matrix.Rows; i++)
        {
            Span<float> row = matrix.Row(i), block = values.AsSpan(i / rows * rows * matrix.Columns + i % rows);
            for (int j = 0; j < row.Length; j++) block[j * rows] = row[j];
        }
        return values;
    }

    Tensor Weight(string name) => encoder.Parameters[name].Value;

    string Matrix(string name)
    {
        Tensor value = Weight(name);
        return graph.Tensor(name, [value.Rows, value.Columns], () => value.Span);
    }

    string Vector(string name)
    {
        Tensor value = Weight(name);
        return graph.Tensor(name, [value.Columns], () => value.Span);
    }
}
