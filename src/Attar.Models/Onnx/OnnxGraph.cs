using System.Runtime.InteropServices;
using Attar.Models.Checkpoints;

namespace Attar.Models.Onnx;

/// <summary>A model in the Open Neural Network Exchange format, made node by node: every method adds a node or a tensor and says the name of its value.</summary>
/// <remarks>Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; operators: https://onnx.ai/onnx/operators, version 17 (the first with LayerNormalization).</remarks>
sealed class OnnxGraph(string name)
{
    const int FormatVersion = 8, OperatorVersion = 17;
    const int FloatType = 1, Int32Type = 6, Int64Type = 7;

    /// <summary>Readers of protobuf refuse more.</summary>
    const long Longest = int.MaxValue;

    readonly List<ProtoMessage> nodes = [], tensors = [], inputs = [], outputs = [];
    readonly HashSet<string> known = [];

    /// <summary>A whole number of the shape given; a text stands for a length that is known when the model runs.</summary>
    public string Input(string input, params object[] shape)
    {
        inputs.Add(Value(input, Int64Type, shape));
        return input;
    }

    public void Output(string output, params object[] shape) => outputs.Add(Value(output, FloatType, shape));

    /// <summary>Adds a node with one output, called <paramref name="output"/>.</summary>
    /// <param name="attributes">Whole numbers, numbers, or lists of whole numbers.</param>
    public string Node(string operation, string output, string[] of, params (string Name, object Value)[] attributes)
    {
        var node = new ProtoMessage();
        foreach (string input in of) node.Add(1, input);
        node.Add(2, output).Add(3, output).Add(4, operation);
        foreach (var (attribute, value) in attributes) node.Add(5, Attribute(attribute, value));
        nodes.Add(node);
        return output;
    }

    public string Tensor(string tensor, int[] shape, TensorValues values) => Tensor(tensor, shape, FloatType, () => MemoryMarshal.AsBytes(values()));

    public string Tensor(string tensor, int[] shape, int[] values) => Tensor(tensor, shape, Int32Type, () => MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>A list of whole numbers, such as a shape or axes; equal ones are one tensor.</summary>
    public string Whole(params long[] values)
    {
        string tensor = $"whole.{string.Join('.', values)}";
        return known.Add(tensor) ? Tensor(tensor, [values.Length], Int64Type, () => MemoryMarshal.AsBytes(values.AsSpan())) : tensor;
    }

    /// <summary>A single whole number.</summary>
    public string Index(string tensor, int value) => known.Add(tensor) ? Tensor(tensor, [], Int32Type, () => MemoryMarshal.AsBytes<int>(new int[] { value })) : tensor;

    /// <summary>A single number; equal ones are one tensor.</summary>
    public string Scalar(string tensor, float value) => known.Add(tensor) ? Tensor(tensor, [], () => new float[] { value }) : tensor;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="InvalidDataException">when it would be longer than readers of the format take.</exception>
    public void Write(string path)
    {
        var graph = new ProtoMessage();
        foreach (ProtoMessage node in nodes) graph.Add(1, node);
        graph.Add(2, name);
        foreach (ProtoMessage tensor in tensors) graph.Add(5, tensor);
        foreach (ProtoMessage input in inputs) graph.Add(11, input);
        foreach (ProtoMessage output in outputs) graph.Add(12, output);
        ProtoMessage model = new ProtoMessage().Add(1, FormatVersion).Add(2, "Attar").Add(7, graph).Add(8, new ProtoMessage().Add(1, "").Add(2, OperatorVersion));
        if (model.Length > Longest) throw new InvalidDataException($"{path}: the model needs {model.Length:n0} bytes; an ONNX file has at most {Longest:n0}; export a smaller model");
        AtomicFile.Write(path, model.WriteTo);
    }

    delegate ReadOnlySpan<byte> Bytes();

    string Tensor(string tensor, int[] shape, int type, Bytes values)
    {
        var message = new ProtoMessage();
        foreach (int length in shape) message.Add(1, (long)length);
        long bytes = shape.Aggregate(type == Int64Type ? 8L : 4L, (product, length) => product * length);
        tensors.Add(message.Add(2, (long)type).Add(8, tensor).Add(9, bytes, stream => stream.Write(values())));
        return tensor;
    }

    static ProtoMessage Attribute(string name, object value)
    {
        ProtoMessage message = new ProtoMessage().Add(1, name);
        return value switch
        {
            float number => message.Add(2, number).Add(20, 1L),
            int whole => message.Add(3, (long)whole).Add(20, 2L),
            int[] list => list.Aggregate(message, (all, whole) => all.Add(8, (long)whole)).Add(20, 7L),
            _ => throw new ArgumentException($"no attribute of type {value.GetType().Name}"),
        };
    }

    static ProtoMessage Value(string name, int type, object[] shape)
    {
        var dimensions = new ProtoMessage();
        foreach (object length in shape)
            dimensions.Add(1, length is string symbol ? new ProtoMessage().Add(2, symbol) : new ProtoMessage().Add(1, Convert.ToInt64(length)));
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, new ProtoMessage().Add(1, (long)type).Add(2, dimensions)));
    }
}
