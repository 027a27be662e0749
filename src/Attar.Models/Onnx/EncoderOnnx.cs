using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;

namespace Attar.Models.Onnx;

/// <summary>
/// The student as an ONNX file that needs nothing but what BERT's tokenizers give: <c>input_ids</c>, <c>attention_mask</c> and
/// <c>token_type_ids</c> (batch, length), padded on the right; <c>logits</c> (batch, labels).
/// </summary>
/// <remarks>
/// The operators stand as BERT's usual export has them, so that the optimisers of ONNX Runtime find what they fuse: attention,
/// normalisation with its residual sum, GELU with its bias. The last layer runs for the first token only, as in <see cref="Encoder"/>.
/// </remarks>
public sealed class EncoderOnnx
{
    public const string FileName = "model.onnx";

    readonly Encoder encoder;
    readonly EncoderConfig config;
    readonly OnnxGraph graph = new("cross-encoder");
    readonly string ids, mask, segments;

    EncoderOnnx(Encoder encoder)
    {
        (this.encoder, config) = (encoder, encoder.Config);
        ids = graph.Input("input_ids", "batch", "length");
        mask = graph.Input("attention_mask", "batch", "length");
        segments = graph.Input("token_type_ids", "batch", "length");
    }

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="text">Says which tokens are words that can stand on both sides.</param>
    /// <exception cref="InvalidDataException">when the model is too large for the format.</exception>
    public static void Write(Encoder encoder, PairText text, string path)
    {
        var file = new EncoderOnnx(encoder);
        string x = file.Embeddings(text), bias = file.MaskBias();
        for (int i = 0; i < encoder.Config.Layers - 1; i++) x = file.Layer(i, x, bias);
        x = file.LastLayer(encoder.Config.Layers - 1, x); // (batch, hidden)
        x = file.graph.Node("Tanh", "pooled", [file.Linear("bert.pooler.dense", x)]);
        file.Linear("classifier", x, "logits"); // (batch, labels)
        file.graph.Output("logits", "batch", encoder.Config.Labels);
        file.graph.Write(path);
    }

    /// <returns>(batch, length, hidden)</returns>
    string Embeddings(PairText text)
    {
        string length = graph.Node("Shape", "length", [ids], ("start", 1), ("end", 2)); // (1)
        string positions = graph.Node("Slice", "positions", [Matrix("bert.embeddings.position_embeddings.weight"), graph.Whole(0), length, graph.Whole(0)]); // (length, hidden)
        string words = graph.Node("Gather", "words", [Matrix("bert.embeddings.word_embeddings.weight"), ids]);
        string sides = graph.Node("Gather", "sides", [Matrix("bert.embeddings.token_type_embeddings.weight"), segments]);
        string x = graph.Node("Add", "embeddings", [graph.Node("Add", "words_sides", [words, sides]), positions]);
        if (config.Overlap)
        {
            string overlap = graph.Node("Gather", "overlap", [Matrix("bert.embeddings.overlap_embeddings.weight"), OverlapMarks(text)]);
            x = graph.Node("Add", "embeddings_overlap", [x, overlap]);
        }
        return Normalized("bert.embeddings.LayerNorm", x);
    }

    /// <summary>
    /// The marks of <see cref="TokenPair"/>. A word's key is its id + 1, positive in the query and negative in the product; all other tokens and
    /// padding have 0. A word stands on both sides where some other key is its negative.
    /// </summary>
    /// <returns>(batch, length): 0, 1, or -1 for the last of the three embeddings</returns>
    string OverlapMarks(PairText text)
    {
        int[] keys = [.. Enumerable.Range(0, config.VocabularySize).Select(id => text.IsWord(id) ? id + 1 : 0)];
        string real = Int32("mask_int32", mask), side = Int32("segments_int32", segments);
        string sign = graph.Node("Sub", "query_sign", [real, graph.Node("Add", "twice_side", [side, side])]); // 1 query, -1 product, 0 or -2 padding
        string own = graph.Node("Mul", "signed_key", [graph.Node("Gather", "word_key", [graph.Tensor("word_keys", [keys.Length], keys), ids]), graph.Node("Mul", "real_sign", [sign, real])]);
        string other = graph.Node("Neg", "other_key", [own]);
        string equal = graph.Node("Equal", "equal_keys", [graph.Node("Unsqueeze", "own_key", [own, graph.Whole(2)]), graph.Node("Unsqueeze", "each_other_key", [other, graph.Whole(1)])]); // (batch, length, length)
        string any = graph.Node("ReduceMax", "on_both_sides", [Int32("equal_int32", equal)], ("axes", new int[] { 2 }), ("keepdims", 0));
        return graph.Node("Mul", "overlap_marks", [any, graph.Node("Sign", "key_sign", [own])]);

        string Int32(string name, string x) => graph.Node("Cast", name, [x], ("to", 6));
    }

    /// <summary>0 for tokens, far below any attention score for padding: its weight is exactly 0.</summary>
    /// <returns>(batch, 1, 1, length)</returns>
    string MaskBias()
    {
        string wide = graph.Node("Unsqueeze", "mask_rows", [graph.Node("Unsqueeze", "mask_heads", [mask, graph.Whole(1)]), graph.Whole(2)]);
        string padding = graph.Node("Sub", "padding", [graph.Scalar("one", 1), graph.Node("Cast", "mask_float", [wide], ("to", 1))]);
        return graph.Node("Mul", "mask_bias", [padding, graph.Scalar("far_below", -10000)]);
    }

    /// <returns>(batch, length, hidden)</returns>
    string Layer(int index, string x, string bias)
    {
        string layer = $"bert.encoder.layer.{index}", self = $"{layer}.attention.self";
        int head = config.Hidden / config.Heads;
        string query = Heads("query", 0, 2, 1, 3), key = Heads("key", 0, 2, 3, 1), value = Heads("value", 0, 2, 1, 3);
        string scores = graph.Node("Div", $"{self}.scaled", [graph.Node("MatMul", $"{self}.scores", [query, key]), graph.Scalar("root_head", MathF.Sqrt(head))]);
        string weights = graph.Node("Softmax", $"{self}.weights", [graph.Node("Add", $"{self}.masked", [scores, bias])], ("axis", -1)); // (batch, heads, length, length)
        string context = graph.Node("Transpose", $"{self}.rows", [graph.Node("MatMul", $"{self}.heads", [weights, value])], ("perm", new int[] { 0, 2, 1, 3 }));
        return FeedForward(layer, x, graph.Node("Reshape", $"{self}.context", [context, graph.Whole(0, 0, config.Hidden)]));

        string Heads(string name, params int[] order) => graph.Node("Transpose", $"{self}.{name}.heads",
            [graph.Node("Reshape", $"{self}.{name}.split", [Linear($"{self}.{name}", x), graph.Whole(0, 0, config.Heads, head)])], ("perm", order));
    }

    string LastLayer(int index, string x)
    {
        string layer = $"bert.encoder.layer.{index}", self = $"{layer}.attention.self", first = graph.Node("Gather", "first", [x, graph.Index("zero", 0)], ("axis", 1)); // (batch, hidden)
        int head = config.Hidden / config.Heads;
        string query = graph.Node("Reshape", $"{self}.query.heads", [Linear($"{self}.query", first), graph.Whole(0, config.Heads, 1, head)]); // (batch, heads, 1, head)
        string key = Heads("key", 0, 2, 3, 1), value = Heads("value", 0, 2, 1, 3);
        string scores = graph.Node("Div", $"{self}.scaled", [graph.Node("MatMul", $"{self}.scores", [query, key]), graph.Scalar("root_head", MathF.Sqrt(head))]);
        string weights = graph.Node("Softmax", $"{self}.weights", [graph.Node("Add", $"{self}.masked", [scores, "mask_bias"])], ("axis", -1)); // (batch, heads, 1, length)
        string context = graph.Node("MatMul", $"{self}.rows", [weights, value]);
        return FeedForward(layer, first, graph.Node("Reshape", $"{self}.context", [context, graph.Whole(0, config.Hidden)]));

        string Heads(string name, params int[] order) => graph.Node("Transpose", $"{self}.{name}.heads",
            [graph.Node("Reshape", $"{self}.{name}.split", [Linear($"{self}.{name}", x), graph.Whole(0, 0, config.Heads, head)])], ("perm", order));
    }

    string FeedForward(string layer, string x, string context)
    {
        string attended = Normalized($"{layer}.attention.output.LayerNorm", graph.Node("Add", $"{layer}.attention.sum", [Linear($"{layer}.attention.output.dense", context), x]));
        string expanded = Gelu(Linear($"{layer}.intermediate.dense", attended));
        return Normalized($"{layer}.output.LayerNorm", graph.Node("Add", $"{layer}.sum", [Linear($"{layer}.output.dense", expanded), attended]));
    }

    /// <summary>x Φ(x), spelt as exports spell it.</summary>
    string Gelu(string x)
    {
        string erf = graph.Node("Erf", $"{x}.erf", [graph.Node("Div", $"{x}.div", [x, graph.Scalar("root_two", MathF.Sqrt(2))])]);
        string twice = graph.Node("Mul", $"{x}.twice", [x, graph.Node("Add", $"{x}.add", [erf, graph.Scalar("one", 1)])]);
        return graph.Node("Mul", $"{x}.gelu", [twice, graph.Scalar("half", .5f)]);
    }

    string Normalized(string norm, string x) => graph.Node("LayerNormalization", norm, [x, Vector($"{norm}.weight"), Vector($"{norm}.bias")], ("axis", -1), ("epsilon", config.Epsilon));

    /// <param name="output">Its own name unless given.</param>
    string Linear(string layer, string x, string? output = null)
    {
        Tensor weight = encoder.Parameters[$"{layer}.weight"].Value; // (out, in)
        string transposed = graph.Tensor($"{layer}.weight", [weight.Columns, weight.Rows], () => Transposed(weight));
        return graph.Node("Add", output ?? layer, [graph.Node("MatMul", $"{layer}.product", [x, transposed]), Vector($"{layer}.bias")]);
    }

    static float[] Transposed(Tensor matrix)
    {
        float[] values = new float[matrix.Count];
        for (int i = 0; i < matrix.Rows; i++)
        {
            Span<float> row = matrix.Row(i);
            for (int j = 0; j < row.Length; j++) values[j * matrix.Rows + i] = row[j];
        }
        return values;
    }

    string Matrix(string name)
    {
        Tensor value = encoder.Parameters[name].Value;
        return graph.Tensor(name, [value.Rows, value.Columns], () => value.Span);
    }

    string Vector(string name)
    {
        Tensor value = encoder.Parameters[name].Value;
        return graph.Tensor(name, [value.Columns], () => value.Span);
    }
}
