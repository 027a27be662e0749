using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;

namespace Attar.Models.Onnx;

/// <summary>ModernBERT as nodes. Where the head reads the first token, the last layer runs for it only, as in <see cref="ModernBert"/>.</summary>
sealed class ModernBertOnnx(ModernBert model, OnnxGraph graph, OnnxLayers layers, OnnxInputs inputs)
{
    const int Float = 1;

    readonly ModernBertConfig config = model.Config;
    readonly int head = model.Config.Hidden / model.Config.Heads;
    readonly Dictionary<bool, (string Cos, string Sin)> turns = []; // by whether the layer has a window
    readonly Dictionary<int, string> biases = []; // by window

    /// <summary>Ends in <c>logits</c> (batch, labels).</summary>
    public void Write()
    {
        string x = layers.Words("model.embeddings.tok_embeddings.weight", inputs.Ids), length = layers.Length(inputs.Ids);
        if (config.Overlap != OverlapMarks.None) x = graph.Node("Add", "embeddings_overlap", [x, graph.Node("Gather", "overlap", [layers.Matrix("model.embeddings.overlap_embeddings.weight"), inputs.Marks()])]);
        x = layers.Normalized("model.embeddings.norm", x);
        biases[0] = layers.MaskBias(inputs.Mask);
        for (int i = 0; i < config.Layers; i++) x = Layer(i, x, length, firstOnly: !config.MeanPooling && i == config.Layers - 1);
        x = layers.Normalized("model.final_norm", x);
        string pooled = config.MeanPooling ? Mean(x) : graph.Node("Squeeze", "pooled", [x], ("axes", new int[] { 1 })); // (batch, hidden)
        layers.Linear("classifier", layers.Normalized("head.norm", layers.Activated(config.HeadActivation, layers.Linear("head.dense", pooled))), OnnxModel.Output);
    }

    /// <returns>(batch, length, hidden), or (batch, 1, hidden) for the first tokens only</returns>
    string Layer(int i, string x, string length, bool firstOnly)
    {
        string name = $"model.layers.{i}", attention = $"{name}.attn.Wqkv";
        string normed = i > 0 ? layers.Normalized($"{name}.attn_norm", x) : x; // the first layer reads embeddings, normalised already
        int window = config.Windows[i];
        (string Cos, string Sin) turn = Turn(window > 0, length);
        string query = Heads(0, firstOnly ? First($"{name}.query", normed) : normed), key = Turned($"{name}.keys", Heads(1, normed), turn), value = Heads(2, normed);
        if (!firstOnly) query = Turned($"{name}.queries", query, turn); // position 0 turns nothing
        string scores = graph.Node("MatMul", $"{name}.scores", [query, graph.Node("Transpose", $"{name}.keys.columns", [key], ("perm", new int[] { 0, 1, 3, 2 }))]);
        string bias = Bias(window, length);
        if (firstOnly && window > 0) bias = graph.Node("Slice", $"{name}.bias", [bias, graph.List(0), graph.List(1), graph.List(2)]);
        string weights = layers.Weights(name, scores, head, bias, axis: 3); // (batch, heads, queries, length)
        string context = graph.Node("Transpose", $"{name}.context", [graph.Node("MatMul", $"{name}.context.heads", [weights, value])], ("perm", new int[] { 0, 2, 1, 3 }));
        string joined = graph.Node("Reshape", $"{name}.context.joined", [context, graph.List(0, 0, config.Hidden)]);

        x = graph.Node("Add", $"{name}.attended", [firstOnly ? First($"{name}.residual", x) : x, layers.Linear($"{name}.attn.Wo", joined)]);
        normed = layers.Normalized($"{name}.mlp_norm", x);
        string gate = layers.Activated(config.Activation, layers.Linear($"{name}.mlp.Wi", normed, part: "[0]"));
        string expanded = graph.Node("Mul", $"{name}.mlp.gated", [gate, layers.Linear($"{name}.mlp.Wi", normed, part: "[1]")]);
        return graph.Node("Add", name, [x, layers.Linear($"{name}.mlp.Wo", expanded)]);

        // (batch, heads, tokens, head)
        string Heads(int part, string from)
        {
            string split = graph.Node("Reshape", $"{attention}.{part}.split", [layers.Linear(attention, from, part: $"[{part}]"), graph.List(0, 0, config.Heads, head)]);
            return graph.Node("Transpose", $"{attention}.{part}.heads", [split], ("perm", new int[] { 0, 2, 1, 3 }));
        }
    }

    string First(string name, string x) => graph.Node("Slice", $"{name}.first", [x, graph.List(0), graph.List(1), graph.List(1)]);

    /// <summary>Cosines and sines of the sequence's positions, (length, head / 2) each.</summary>
    (string Cos, string Sin) Turn(bool near, string length)
    {
        if (turns.TryGetValue(near, out var known)) return known;
        string kind = near ? "near" : "far";
        float[] radians = RopeFrequencies.Plain(head, near ? config.LocalTheta : config.GlobalTheta).Radians.ToArray();
        return turns[near] = (Table("cos", MathF.Cos), Table("sin", MathF.Sin));

        string Table(string name, Func<float, float> of) => graph.Node("Slice", $"rope.{kind}.{name}.positions",
            [graph.Tensor($"rope.{kind}.{name}", [config.MaxPositions, head / 2], () => Values(of)), graph.List(0), length]);

        float[] Values(Func<float, float> of) => [.. Enumerable.Range(0, config.MaxPositions * radians.Length).Select(at => of(at / radians.Length * radians[at % radians.Length]))];
    }

    /// <summary>Each pair (i, i + head / 2) turned by its position.</summary>
    string Turned(string name, string x, (string Cos, string Sin) turn)
    {
        string a = Half("a", 0), b = Half("b", head / 2);
        string left = graph.Node("Sub", $"{name}.left", [Times("a.cos", a, turn.Cos), Times("b.sin", b, turn.Sin)]), right = graph.Node("Add", $"{name}.right", [Times("b.cos", b, turn.Cos), Times("a.sin", a, turn.Sin)]);
        return graph.Node("Concat", $"{name}.turned", [left, right], ("axis", 3));

        string Half(string half, int first) => graph.Node("Slice", $"{name}.{half}", [x, graph.List(first), graph.List(first + head / 2), graph.List(3)]);
        string Times(string product, string half, string by) => graph.Node("Mul", $"{name}.{product}", [half, by]);
    }

    /// <summary>The mask's bias, and as much again for tokens that are out of a window.</summary>
    /// <returns>(batch, 1, 1, length), or with a window (batch, 1, length, length)</returns>
    string Bias(int window, string length)
    {
        if (biases.TryGetValue(window, out string? known)) return known;
        string name = $"window.{window}", end = graph.Node("Squeeze", $"{name}.length", [length], ("axes", new int[] { 0 }));
        string places = graph.Node("Range", $"{name}.places", [graph.Index(0), end, graph.Index(1)]);
        string apart = graph.Node("Abs", $"{name}.apart", [graph.Node("Sub", $"{name}.difference", [places, graph.Node("Unsqueeze", $"{name}.rows", [places], ("axes", new int[] { 1 }))])]); // (length, length)
        string unseen = graph.Node("Cast", $"{name}.unseen", [graph.Node("Greater", $"{name}.far", [apart, graph.Index(window - 1)])], ("to", Float));
        string both = graph.Node("Add", $"{name}.bias", [graph.Node("Mul", $"{name}.unseen.bias", [unseen, graph.Number(-10000)]), biases[0]]);
        return biases[window] = both;
    }

    /// <summary>Of each sequence's tokens, padding left out.</summary>
    string Mean(string x)
    {
        string real = graph.Node("Cast", "pooled.real", [inputs.Mask], ("to", Float)), count = graph.Node("ReduceSum", "pooled.count", [real], ("axes", new int[] { 1 }), ("keepdims", 1));
        string kept = graph.Node("Mul", "pooled.kept", [x, graph.Node("Unsqueeze", "pooled.columns", [real], ("axes", new int[] { 2 }))]);
        return graph.Node("Div", "pooled", [graph.Node("ReduceSum", "pooled.sum", [kept], ("axes", new int[] { 1 }), ("keepdims", 0)), count]);
    }
}
