using Attar.Models.Layers;
using Attar.Tensors;
using Attar.Tensors.Kernels;

namespace Attar.Models.Onnx;

/// <summary>What encoders are made of, as nodes; a name ends where a tensor of the model's begins. A method returns the name of its result.</summary>
/// <remarks>
/// Spelt as exports of BERT spell them, so that ONNX Runtime finds what it fuses: attention, layer normalisation, GELU with its bias.
/// In 8 bits words are bytes too, and a layer is DynamicQuantizeLinear and MatMulInteger: its weights are those of <see cref="Precision.Int8"/>, a scale for each output; its
/// activations have one range for the whole batch, where Attar finds one for each token.
/// </remarks>
sealed class OnnxLayers(OnnxGraph graph, ParameterSet parameters, float epsilon, Precision precision)
{
    const int Float = 1, FewOutputs = 32; // as the kernels: what is smaller stays float32

    readonly Dictionary<string, (string Bytes, string Scale, string Zero)> quantized = []; // by what was quantised: several layers may read it

    /// <param name="part">Such as <c>[0]</c>, of a tensor that holds several layers' weights.</param>
    /// <param name="output">The layer's own name unless given.</param>
    public string Linear(string layer, string x, string? output = null, string part = "")
    {
        string weight = $"{layer}.weight{part}", bias = $"{layer}.bias{part}", product = Product($"{layer}{part}.product", x, weight);
        return parameters.Contains(bias) ? graph.Node("Add", output ?? layer + part, [product, Vector(bias)])
            : output == null ? product : graph.Node("Identity", output, [product]);
    }

    string Product(string name, string x, string weight)
    {
        Tensor value = Weight(weight); // (out, in)
        if (precision != Precision.Int8 || value.Rows < FewOutputs) return graph.Node("MatMul", name, [x, graph.Tensor(weight, [value.Columns, value.Rows], () => Transposed(value, value.Rows))]);
        if (!quantized.TryGetValue(x, out var q))
        {
            quantized.Add(x, q = ($"{x}.bytes", $"{x}.scale", $"{x}.zero"));
            graph.Node("DynamicQuantizeLinear", [q.Bytes, q.Scale, q.Zero], [x]);
        }
        string bytes = graph.Tensor(weight, [value.Columns, value.Rows], () => TransposedBytes(value)), scales = graph.Tensor($"{weight}.scale", [value.Rows], () => ScalesOf(value));
        string sums = graph.Node("Cast", $"{name}.float", [graph.Node("MatMulInteger", $"{name}.sums", [q.Bytes, bytes, q.Zero])], ("to", Float));
        return graph.Node("Mul", name, [sums, graph.Node("Mul", $"{name}.scale", [q.Scale, scales])]);
    }

    /// <summary>The embeddings of words; in 8 bits each row has a scale, for they are most of a small encoder's weights.</summary>
    /// <param name="ids">Which rows.</param>
    public string Words(string table, string ids)
    {
        if (precision != Precision.Int8) return graph.Node("Gather", "words", [Matrix(table), ids]);
        Tensor value = Weight(table); // (vocabulary, embedding)
        string bytes = graph.Tensor(table, [value.Rows, value.Columns], () => Bytes(value)), scales = graph.Tensor($"{table}.scale", [value.Rows, 1], () => ScalesOf(value));
        string rows = graph.Node("Cast", "words.float", [graph.Node("Gather", "words.bytes", [bytes, ids])], ("to", Float));
        return graph.Node("Mul", "words", [rows, graph.Node("Gather", "words.scale", [scales, ids])]);
    }

    /// <summary>Layer normalisation; as an operator it is younger than the attention that ONNX Runtime fuses.</summary>
    public string Normalized(string norm, string x)
    {
        string centred = graph.Node("Sub", $"{norm}.centred", [x, Mean("mean", x)]);
        string variance = Mean("variance", graph.Node("Pow", $"{norm}.square", [centred, graph.Number(2)]));
        string deviation = graph.Node("Sqrt", $"{norm}.deviation", [graph.Node("Add", $"{norm}.safe", [variance, graph.Number(epsilon)])]);
        string scaled = graph.Node("Mul", $"{norm}.scaled", [graph.Node("Div", $"{norm}.unit", [centred, deviation]), Vector($"{norm}.weight")]);
        return parameters.Contains($"{norm}.bias") ? graph.Node("Add", norm, [scaled, Vector($"{norm}.bias")]) : scaled;

        string Mean(string name, string of) => graph.Node("ReduceMean", $"{norm}.{name}", [of], ("axes", new int[] { -1 }), ("keepdims", 1));
    }

    public string Activated(Activation activation, string x) => activation switch
    {
        Activation.Gelu => Gelu(x),
        Activation.GeluTanh => GeluTanh(x),
        Activation.Relu => graph.Node("Relu", $"{x}.relu", [x]),
        Activation.Tanh => graph.Node("Tanh", $"{x}.tanh", [x]),
        _ => graph.Node("Mul", $"{x}.silu", [x, graph.Node("Sigmoid", $"{x}.sigmoid", [x])]),
    };

    /// <summary>x Φ(x)</summary>
    string Gelu(string x)
    {
        string erf = graph.Node("Erf", $"{x}.erf", [graph.Node("Div", $"{x}.div", [x, graph.Number(MathF.Sqrt(2))])]);
        string twice = graph.Node("Mul", $"{x}.twice", [x, graph.Node("Add", $"{x}.add", [erf, graph.Number(1)])]);
        return graph.Node("Mul", $"{x}.gelu", [twice, graph.Number(.5f)]);
    }

    /// <summary>x / 2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³)))</summary>
    string GeluTanh(string x)
    {
        string cube = graph.Node("Mul", $"{x}.cube", [graph.Node("Pow", $"{x}.power", [x, graph.Number(3)]), graph.Number(.044715f)]);
        string inner = graph.Node("Mul", $"{x}.inner", [graph.Node("Add", $"{x}.sum", [x, cube]), graph.Number(MathF.Sqrt(2 / MathF.PI))]);
        string share = graph.Node("Add", $"{x}.share", [graph.Node("Tanh", $"{x}.tanh", [inner]), graph.Number(1)]);
        return graph.Node("Mul", $"{x}.gelu", [graph.Node("Mul", $"{x}.twice", [x, share]), graph.Number(.5f)]);
    }

    /// <summary>0 for tokens; for padding so far below any attention score that its weight is exactly 0.</summary>
    /// <returns>(batch, 1, 1, length)</returns>
    public string MaskBias(string mask)
    {
        string wide = graph.Node("Unsqueeze", "mask_wide", [graph.Node("Unsqueeze", "mask_heads", [mask], ("axes", new int[] { 1 }))], ("axes", new int[] { 2 }));
        string padding = graph.Node("Sub", "padding", [graph.Number(1), graph.Node("Cast", "mask_float", [wide], ("to", Float))]);
        return graph.Node("Mul", "mask_bias", [padding, graph.Number(-10000)]);
    }

    /// <summary>softmax(scores / sqrt(head) + bias)</summary>
    public string Weights(string name, string scores, int head, string bias, int axis)
    {
        string scaled = graph.Node("Div", $"{name}.scores.scaled", [scores, graph.Number(MathF.Sqrt(head))]);
        return graph.Node("Softmax", $"{name}.weights", [graph.Node("Add", $"{name}.scores.masked", [scaled, bias])], ("axis", axis));
    }

    /// <summary>Length of the sequences, padding counted.</summary>
    /// <returns>(1)</returns>
    public string Length(string ids) => graph.Node("Slice", "length", [graph.Node("Shape", "shape", [ids]), graph.List(1), graph.List(2)]);

    public Tensor Weight(string name) => parameters[name].Value;

    public string Matrix(string name)
    {
        Tensor value = Weight(name);
        return graph.Tensor(name, [value.Rows, value.Columns], () => value.Span);
    }

    public string Vector(string name)
    {
        Tensor value = Weight(name);
        return graph.Tensor(name, [value.Columns], () => value.Span);
    }

    /// <summary>Each block of so many rows transposed.</summary>
    public static float[] Transposed(Tensor matrix, int rows)
    {
        float[] values = new float[matrix.Count];
        for (int i = 0; i < matrix.Rows; i++)
        {
            Span<float> row = matrix.Row(i), block = values.AsSpan(i / rows * rows * matrix.Columns + i % rows);
            for (int j = 0; j < row.Length; j++) block[j * rows] = row[j];
        }
        return values;
    }

    /// <summary>A matrix as bytes, the largest magnitude of each row 127.</summary>
    static sbyte[] Bytes(Tensor matrix)
    {
        sbyte[] bytes = new sbyte[matrix.Count];
        for (int i = 0; i < matrix.Rows; i++)
        {
            Span<float> row = matrix.Row(i);
            float largest = Largest(row), inverse = largest > 0 ? 127 / largest : 0;
            for (int j = 0; j < row.Length; j++) bytes[i * row.Length + j] = (sbyte)MathF.Round(row[j] * inverse);
        }
        return bytes;
    }

    /// <summary>The same of a weight (out, in), as (in, out).</summary>
    static sbyte[] TransposedBytes(Tensor weight)
    {
        sbyte[] rows = Bytes(weight), columns = new sbyte[weight.Count];
        for (int i = 0; i < weight.Rows; i++)
            for (int j = 0; j < weight.Columns; j++) columns[j * weight.Rows + i] = rows[i * weight.Columns + j];
        return columns;
    }

    static float[] ScalesOf(Tensor weight) => [.. Enumerable.Range(0, weight.Rows).Select(output => Largest(weight.Row(output)) / 127)];

    static float Largest(ReadOnlySpan<float> row)
    {
        float largest = 0;
        foreach (float value in row) largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }
}
