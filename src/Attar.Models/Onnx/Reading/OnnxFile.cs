using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Attar.Models.Files;

namespace Attar.Models.Onnx.Reading;

/// <summary>The graph of an ONNX file: its operations in the order in which they run, and its constants.</summary>
/// <remarks>Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
sealed class OnnxFile
{
    readonly byte[] content;

    /// <exception cref="CheckpointException">when the file is missing or no ONNX model.</exception>
    public OnnxFile(string path)
    {
        Location = path;
        try
        {
            content = File.ReadAllBytes(path);
            foreach (ProtoFields.Field model in new ProtoFields(content))
                if (model.Number == 7) ReadGraph(model.Bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or OverflowException)
        {
            throw new CheckpointException($"{path}: expected a model in ONNX's format: {fault.Message}; download or export it again");
        }
        if (Nodes.Count == 0) throw new CheckpointException($"{path}: expected a model in ONNX's format, the file has no operations; download or export it again");
    }

    public string Location { get; }
    public List<OnnxNode> Nodes { get; } = [];
    public Dictionary<string, OnnxTensor> Constants { get; } = [];

    /// <summary>What the graph is asked with, such as <c>input_ids</c>.</summary>
    public List<string> Inputs { get; } = [];

    void ReadGraph(ReadOnlySpan<byte> graph)
    {
        foreach (ProtoFields.Field field in new ProtoFields(graph))
            switch (field.Number)
            {
                case 1: Add(ReadNode(field.Bytes)); break;
                case 5: ReadTensor(field.Bytes, null); break;
                case 11: Inputs.Add(Text(field.Bytes, 1)); break;
            }
        Inputs.RemoveAll(Constants.ContainsKey); // older files list constants as inputs too
    }

    void Add(OnnxNode node)
    {
        if (node.Outputs.Length == 0) return;
        if (node.Operation == "Constant" && node.Attributes.TryGetValue("value", out OnnxAttribute? constant) && constant.Tensor is { } value) Constants[node.Output] = value;
        else Nodes.Add(node);
    }

    OnnxNode ReadNode(ReadOnlySpan<byte> node)
    {
        List<string> inputs = [], outputs = [];
        var attributes = new Dictionary<string, OnnxAttribute>();
        foreach (ProtoFields.Field field in new ProtoFields(node))
            switch (field.Number)
            {
                case 1: inputs.Add(Text(field.Bytes)); break;
                case 2: outputs.Add(Text(field.Bytes)); break;
                case 5: attributes[Text(field.Bytes, 1)] = ReadAttribute(field.Bytes); break;
            }
        return new OnnxNode(Text(node, 4), Text(node, 7), [.. inputs], [.. outputs], attributes);
    }

    OnnxAttribute ReadAttribute(ReadOnlySpan<byte> attribute)
    {
        float number = 0;
        long whole = 0;
        OnnxTensor? tensor = null;
        foreach (ProtoFields.Field field in new ProtoFields(attribute))
            switch (field.Number)
            {
                case 2 when field.Bytes.Length == sizeof(float): number = BinaryPrimitives.ReadSingleLittleEndian(field.Bytes); break;
                case 3: whole = (long)field.Value; break;
                case 5: tensor = ReadTensor(field.Bytes, Text(attribute, 1)); break;
            }
        return new OnnxAttribute(number, whole, tensor);
    }

    /// <param name="attribute">Of a constant's operation; null: a tensor of the graph.</param>
    OnnxTensor ReadTensor(ReadOnlySpan<byte> tensor, string? attribute)
    {
        List<long> shape = [];
        int type = 0;
        Range raw = default;
        List<byte> typed = [];
        Dictionary<string, string> external = [];
        foreach (ProtoFields.Field field in new ProtoFields(tensor))
            switch (field.Number)
            {
                case 1: shape.AddRange(Varints(field)); break;
                case 2: type = (int)field.Value; break;
                case 4: typed.AddRange(field.Bytes); break; // float_data, packed
                case 7: foreach (long whole in Varints(field)) typed.AddRange(BitConverter.GetBytes(whole)); break;
                case 9: raw = RangeOf(field.Bytes); break;
                case 13: external[Text(field.Bytes, 1)] = Text(field.Bytes, 2); break;
            }
        string name = attribute ?? Text(tensor, 8);
        if (shape.Exists(length => length < 0)) throw new InvalidDataException($"tensor {name} has a negative length");
        Func<ReadOnlyMemory<byte>> bytes = external.Count > 0 ? () => External(name, external) : typed.Count > 0 ? () => typed.ToArray() : () => content.AsMemory(raw);
        var read = new OnnxTensor(Location, name, [.. shape], type, bytes);
        if (attribute is null) Constants[name] = read;
        return read;
    }

    /// <summary>Values in a file beside this one, as graphs beyond 2 GiB have them.</summary>
    ReadOnlyMemory<byte> External(string tensor, Dictionary<string, string> where)
    {
        string name = where.GetValueOrDefault("location", "");
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny("/\\:\0") >= 0) // beside this file, nowhere else
            throw new CheckpointException($"{Location}: tensor {tensor}: expected the name of a file beside it, the file has \"{name}\"");
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Location))!, name);
        try
        {
            using FileStream file = File.OpenRead(path);
            long offset = where.TryGetValue("offset", out string? text) ? long.Parse(text) : 0, length = where.TryGetValue("length", out text) ? long.Parse(text) : file.Length - offset;
            if (offset < 0 || length < 0 || length > file.Length - offset) throw new CheckpointException($"{path}: tensor {tensor}: expected {length:n0} bytes from {offset:n0} on, the file has {file.Length:n0}; download it again");
            byte[] bytes = new byte[length];
            file.Position = offset;
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CheckpointException($"{path}: tensor {tensor} of {Path.GetFileName(Location)} lies in this file, which cannot be read: {fault.Message}; put it beside the ONNX file");
        }
    }

    Range RangeOf(ReadOnlySpan<byte> part)
    {
        int start = part.IsEmpty ? 0 : (int)Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(content), ref MemoryMarshal.GetReference(part));
        return start..(start + part.Length);
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>A text of a message; empty where it has none.</summary>
    static string Text(ReadOnlySpan<byte> message, int number)
    {
        foreach (ProtoFields.Field field in new ProtoFields(message))
            if (field.Number == number) return Text(field.Bytes);
        return "";
    }

    /// <summary>One number, or several packed into one field.</summary>
    static List<long> Varints(ProtoFields.Field field)
    {
        if (field.Bytes.IsEmpty) return [(long)field.Value];
        List<long> values = [];
        ulong value = 0;
        int shift = 0;
        foreach (byte b in field.Bytes)
        {
            if (shift > 63) throw new InvalidDataException("a number of more than ten bytes");
            value |= (ulong)(b & 0x7F) << shift;
            shift += 7;
            if (b >= 0x80) continue;
            values.Add((long)value);
            (value, shift) = (0, 0);
        }
        return values;
    }
}
