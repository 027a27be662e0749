namespace Attar.Models.Onnx.Reading;

/// <summary>A graph as one walks it: who makes a value, who uses it, and which operations together are a linear layer, a norm or a look-up.</summary>
sealed class GraphView
{
    /// <summary>Operations whose first input alone is data; the others say shapes and axes.</summary>
    static readonly HashSet<string> reshaping = ["Reshape", "Transpose", "Cast", "Squeeze", "Unsqueeze", "Slice", "Expand", "Identity", "Dropout", "Flatten", "Split", "Softmax", "Gather"];

    static readonly HashSet<string> joining = ["Add", "Sub", "Mul", "Div", "Where", "Clip", "Erf", "Tanh", "Relu", "Gelu", "Pow", "Sigmoid", "IsNaN", "Sqrt", "CumSum", "Not", "Equal"];

    readonly Dictionary<string, OnnxNode> producers = [];
    readonly Dictionary<string, List<OnnxNode>> consumers = [];
    readonly Dictionary<string, OnnxTensor> constants;

    public GraphView(OnnxFile file)
    {
        constants = file.Constants;
        foreach (OnnxNode node in file.Nodes)
        {
            foreach (string output in node.Outputs) producers[output] = node;
            foreach (string input in node.Inputs.Distinct())
            {
                if (!consumers.TryGetValue(input, out List<OnnxNode>? users)) consumers[input] = users = [];
                users.Add(node);
            }
        }
        Linears = [.. file.Nodes.Select(LinearAt).OfType<GraphLinear>()];
        Norms = [.. file.Nodes.Select(NormAt).OfType<GraphNorm>()];
        Tables = [.. file.Nodes.Where(node => node.Operation == "Gather" && ConstantOf(node.Inputs[0]) is { IsMatrix: true }).Select(node => new GraphTable(ConstantOf(node.Inputs[0])!, node.Inputs[1]))];
    }

    public IReadOnlyList<GraphLinear> Linears { get; }
    public IReadOnlyList<GraphNorm> Norms { get; }
    public IReadOnlyList<GraphTable> Tables { get; }

    public OnnxNode? ProducerOf(string value) => producers.GetValueOrDefault(value);

    public IEnumerable<OnnxNode> ConsumersOf(string value) => consumers.GetValueOrDefault(value) ?? [];

    /// <summary>A constant, perhaps under another name.</summary>
    public OnnxTensor? ConstantOf(string value) => constants.TryGetValue(value, out OnnxTensor? found) ? found
        : ProducerOf(value) is { Operation: "Identity" or "Cast" } same ? ConstantOf(same.Inputs[0]) : null;

    /// <summary>The nearest of the wanted values that a value is made from, itself included; what lies behind a product of two values is not looked at.</summary>
    public T? Behind<T>(string value, Func<string, T?> wanted) where T : class => Nearest(value, wanted, at =>
        ProducerOf(at) is not { } node ? [] : reshaping.Contains(node.Operation) ? node.Inputs.Take(1) : joining.Contains(node.Operation) ? node.Inputs : []);

    /// <summary>The nearest of the wanted values that are made from a value, itself included.</summary>
    public T? Ahead<T>(string value, Func<string, T?> wanted) where T : class => Nearest(value, wanted, at =>
        ConsumersOf(at).Where(node => reshaping.Contains(node.Operation) && node.Inputs[0] == at || joining.Contains(node.Operation)).SelectMany(node => node.Outputs));

    static T? Nearest<T>(string value, Func<string, T?> wanted, Func<string, IEnumerable<string>> neighbours) where T : class
    {
        var seen = new HashSet<string> { value };
        for (var next = new Queue<string>([value]); next.TryDequeue(out string? at);)
        {
            if (wanted(at) is { } found) return found;
            foreach (string neighbour in neighbours(at))
                if (neighbour.Length > 0 && seen.Add(neighbour)) next.Enqueue(neighbour);
        }
        return null;
    }

    GraphLinear? LinearAt(OnnxNode node)
    {
        if (node.Operation == "Gemm" && MatrixOf(node.Inputs[1]) is var (gemm, turned))
            return new GraphLinear(node.Inputs[0], node.Output, gemm, (node.Whole("transB", 0) == 0) != turned, node.Inputs.Length > 2 ? ConstantOf(node.Inputs[2]) : null);
        if (node.Operation != "MatMul" || MatrixOf(node.Inputs[1]) is not var (weight, transposed)) return null;
        OnnxNode? adds = ConsumersOf(node.Output).FirstOrDefault(user => user.Operation == "Add" && user.Inputs.Any(input => ConstantOf(input) is { IsVector: true }));
        return new GraphLinear(node.Inputs[0], adds?.Output ?? node.Output, weight, !transposed, adds is null ? null : adds.Inputs.Select(ConstantOf).First(constant => constant is not null));
    }

    /// <summary>A constant matrix, and whether the graph turns it before it is used.</summary>
    (OnnxTensor Matrix, bool Turned)? MatrixOf(string value) =>
        ConstantOf(value) is { IsMatrix: true } plain ? (plain, false)
        : ProducerOf(value) is { Operation: "Transpose" } transpose && ConstantOf(transpose.Inputs[0]) is { IsMatrix: true } turned ? (turned, true) : null;

    GraphNorm? NormAt(OnnxNode node)
    {
        if (node.Operation == "LayerNormalization" && ConstantOf(node.Inputs[1]) is { } scale && node.Inputs.Length > 2 && ConstantOf(node.Inputs[2]) is { } shift)
            return new GraphNorm(node.Inputs[0], node.Output, scale, shift, node.Number("epsilon", 1e-5f));
        // (x - mean) / sqrt(variance + epsilon) * gain + bias
        if (node.Operation != "Add" || Parted(node) is not var (bias, product)) return null;
        if (ProducerOf(product) is not { Operation: "Mul" } scaled || Parted(scaled) is not var (gain, quotient)) return null;
        if (ProducerOf(quotient) is not { Operation: "Div" } divided || ProducerOf(divided.Inputs[1]) is not { Operation: "Sqrt" } root) return null;
        if (ProducerOf(divided.Inputs[0]) is not { Operation: "Sub" } centred || ProducerOf(root.Inputs[0]) is not { Operation: "Add" } steadied) return null;
        OnnxTensor? epsilon = steadied.Inputs.Select(ConstantOf).FirstOrDefault(constant => constant is { IsFloat: true, Count: 1 });
        return epsilon is null ? null : new GraphNorm(centred.Inputs[0], node.Output, gain, bias, epsilon.Floats()[0]);
    }

    /// <summary>The constant vector and the other input of an operation of two.</summary>
    (OnnxTensor Constant, string Other)? Parted(OnnxNode node) =>
        ConstantOf(node.Inputs[0]) is { IsVector: true } first ? (first, node.Inputs[1])
        : ConstantOf(node.Inputs[1]) is { IsVector: true } second ? (second, node.Inputs[0]) : null;
}
