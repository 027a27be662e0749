using System.Runtime.InteropServices;
using Attar.Models.Files;

namespace Attar.Models.Onnx;

/// <summary>A model in the Open Neural Network Exchange format, made node by node: a method adds a node or a tensor and returns the name of its value.</summary>
/// <remarks>Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Operators: https://onnx.ai/onnx/operators.</remarks>
sealed class OnnxGraph(string name)
{
    /// <summary>Of the operators: the last whose attention ONNX Runtime fuses.</summary>
    const int OperatorVersion = 12;

    const int FormatVersion = 7;
    const int FloatType = 1, Int8Type = 3, Int32Type = 6, Int64Type = 7;

    /// <summary>Readers of protobuf refuse more.</summary>
    const long Longest = int.MaxValue;

    readonly List<ProtoMessage> nodes = [], tensors = [], inputs = [], outputs = [];
    readonly HashSet<string> constants = [];

    /// <summary>A table of whole numbers.</summary>
    /// <param name="shape">A number, or a name for a length that is known when the model runs.</param>
    public string Input(string input, params object[] shape)
    {
        inputs.Add(Value(input, Int64Type, shape));
        return input;
    }

    /// <inheritdoc cref="Input"/>
    public void Output(string output, params object[] shape) => outputs.Add(Value(output, FloatType, shape));

    /// <summary>Adds a node with one output, called <paramref name="output"/>.</summary>
    /// <param name="attributes">Whole numbers, or lists of them.</param>
    public string Node(string operation, string output, string[] of, params (string Name, object Value)[] attributes)
    {
        Node(operation, [output], of, attributes);
        return output;
    }

    /// <summary>Adds a node with several outputs, called by the first.</summary>
    public void Node(string operation, string[] outputs, string[] of, params (string Name, object Value)[] attributes)
    {
        var node = new ProtoMessage();
        foreach (string input in of) node.Add(1, input);
        foreach (string output in outputs) node.Add(2, output);
        node.Add(3, outputs[0]).Add(4, operation);
        foreach (var (attribute, value) in attributes) node.Add(5, Attribute(attribute, value));
        nodes.Add(node);
    }

    /// <param name="values">Asked for when the file is written.</param>
    public string Tensor(string tensor, int[] shape, TensorValues values) => Tensor(tensor, shape, FloatType, sizeof(float), () => MemoryMarshal.AsBytes(values()));

    /// <inheritdoc cref="Tensor(string, int[], TensorValues)"/>
    public string Tensor(string tensor, int[] shape, int[] values) => Tensor(tensor, shape, Int32Type, sizeof(int), () => MemoryMarshal.AsBytes(values.AsSpan()));

    /// <inheritdoc cref="Tensor(string, int[], TensorValues)"/>
    public string Tensor(string tensor, int[] shape, Func<sbyte[]> values) => Tensor(tensor, shape, Int8Type, sizeof(sbyte), () => MemoryMarshal.AsBytes(values().AsSpan()));

    /// <summary>One number; equal ones are one tensor.</summary>
    public string Number(float value) => Constant($"number.{value:R}", [], FloatType, [value]);

    /// <summary>One whole number; equal ones are one tensor.</summary>
    public string Index(long value) => Constant($"index.{value}", [], Int64Type, [value]);

    /// <summary>A list of whole numbers, such as a shape; equal ones are one tensor.</summary>
    public string List(params long[] values) => Constant($"list.{string.Join('.', values)}", [values.Length], Int64Type, values);

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
        ProtoMessage operators = new ProtoMessage().Add(1, "").Add(2, OperatorVersion);
        ProtoMessage model = new ProtoMessage().Add(1, FormatVersion).Add(2, "Attar").Add(7, graph).Add(8, operators);
        if (model.Length > Longest) throw new InvalidDataException($"{path}: the model takes {model.Length:n0} bytes, an ONNX file at most {Longest:n0}; export a smaller model");
        AtomicFile.Write(path, model.WriteTo);
    }

    delegate ReadOnlySpan<byte> Bytes();

    string Constant<T>(string tensor, int[] shape, int type, T[] values) where T : unmanaged =>
        constants.Add(tensor) ? Tensor(tensor, shape, type, Marshal.SizeOf<T>(), () => MemoryMarshal.AsBytes<T>(values)) : tensor;

    string Tensor(string tensor, int[] shape, int type, long size, Bytes values)
    {
        var message = new ProtoMessage();
        foreach (int length in shape) message.Add(1, length);
        tensors.Add(message.Add(2, type).Add(8, tensor).Add(9, shape.Aggregate(size, (bytes, length) => bytes * length), stream => stream.Write(values())));
        return tensor;
    }

    static ProtoMessage Attribute(string name, object value)
    {
        ProtoMessage message = new ProtoMessage().Add(1, name);
        return value switch
        {
            int whole => message.Add(3, whole).Add(20, 2),
            int[] list => list.Aggregate(message, (all, whole) => all.Add(8, whole)).Add(20, 7),
            _ => throw new ArgumentException($"{name}: no attribute of type {value.GetType().Name}"),
        };
    }

    static ProtoMessage Value(string name, int type, object[] shape)
    {
        var dimensions = new ProtoMessage();
        foreach (object length in shape)
            dimensions.Add(1, length is string symbol ? new ProtoMessage().Add(2, symbol) : new ProtoMessage().Add(1, (int)length));
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, new ProtoMessage().Add(1, type).Add(2, dimensions)));
    }
}
