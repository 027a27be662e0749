using System.Text;
using Attar.Models.Files;
using Attar.Tensors;

namespace Attar.Models.Gguf;

/// <summary>An open GGUF file of version 2 or 3: the head is read and checked on opening, values when asked for. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.</summary>
public sealed class GgufFile : IDisposable
{
    const int MostAxes = 4, MostAlignment = 1 << 20;
    const string AlignmentKey = "general.alignment";

    readonly PositionalFile content;
    readonly Dictionary<string, GgufTensor> tensors = new(StringComparer.Ordinal);

    /// <exception cref="CheckpointException">when the file is missing, cut short, malformed, of another version or of a type of tensor that is not known.</exception>
    public GgufFile(string path)
    {
        content = new PositionalFile(path, "GGUF");
        try
        {
            var cursor = new GgufCursor(content);
            CheckVersion(cursor);
            int count = cursor.Count(8 + 4 + 8 + 4 + 8, "number of tensors"), pairs = cursor.Count(8 + 4 + 1, "number of metadata pairs");
            Metadata = GgufMetadata.Read(cursor, pairs, path);
            var found = new List<(GgufTensor Tensor, ulong Offset)>(Math.Min(count, 1 << 16));
            for (int i = 0; i < count; i++) found.Add(ReadTensor(cursor, $"tensor {i + 1} of {count}"));
            Place(cursor, found);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>The file that was opened.</summary>
    public string Location => content.Path;

    /// <summary>In bytes.</summary>
    public long Length => content.Length;

    /// <summary>All tensors, in ordinal order of their names.</summary>
    public IReadOnlyList<string> Names => field ??= [.. tensors.Keys.Order(StringComparer.Ordinal)];

    internal GgufMetadata Metadata { get; }

    public bool Contains(string name) => tensors.ContainsKey(name);

    /// <exception cref="CheckpointException">when there is no such tensor.</exception>
    internal GgufTensor this[string name] => tensors.TryGetValue(name, out GgufTensor? found) ? found : throw new CheckpointException($"{Location}: expected tensor {name}, the file lacks it among its {tensors.Count}");

    static void CheckVersion(GgufCursor cursor)
    {
        ReadOnlySpan<byte> magic = cursor.Next(4, "magic");
        if (!magic.SequenceEqual("GGUF"u8))
            throw cursor.Fault(Encoding.ASCII.GetString(magic) is "lmgg" or "fmgg" or "tjgg" or "algg" ? "expected a GGUF file, the file has a format before it: convert the model anew with llama.cpp"
                : $"expected GGUF in its first four bytes, the file has {Convert.ToHexString(magic)}: it is no GGUF file");
        uint version = cursor.UInt32("version");
        if (version is >= 1 << 24 and <= 9 << 24 && version % (1 << 24) == 0) throw cursor.Fault("expected little-endian numbers, the file is big-endian: convert it with gguf-py's gguf_convert_endian.py");
        if (version is not (2 or 3)) throw cursor.Fault($"version: expected 2 or 3, the file has {version}{(version == 1 ? ": convert the model anew with llama.cpp" : "")}");
    }

    static (GgufTensor Tensor, ulong Offset) ReadTensor(GgufCursor cursor, string what)
    {
        string name = cursor.Text(what), where = $"tensor {GgufCursor.Shown(name)}";
        uint axes = cursor.UInt32(where);
        if (axes is 0 or > MostAxes) throw cursor.Fault($"{where}: expected 1 to {MostAxes} dimensions, the file has {axes}");
        long[] shape = new long[axes];
        Int128 values = 1;
        for (int axis = (int)axes - 1; axis >= 0; axis--) // innermost first
        {
            ulong length = cursor.UInt64(where);
            if (length is 0 or > int.MaxValue) throw cursor.Fault($"{where}: expected dimensions from 1 to {int.MaxValue}, the file has {length}");
            shape[axis] = (long)length;
            values *= length;
            if (values > long.MaxValue) throw cursor.Fault($"{where}: expected fewer than 2⁶³ values, the file has dimensions whose product is more");
        }
        uint type = cursor.UInt32(where);
        if (GgufFormat.Of(type) is not { } format) throw cursor.Fault($"{where}: expected one of the types {GgufFormat.Names}, the file has type {type}");
        int block = Blocks.ValuesOf(format);
        if (shape[^1] % block != 0) throw cursor.Fault($"{where}: expected rows of a multiple of {block} values, the blocks of {GgufFormat.NameOf(format)}, the file has {shape[^1]}");
        Int128 bytes = values / block * Blocks.BytesOf(format);
        if (bytes > cursor.Remaining) throw cursor.Fault($"{where}: expected at most {cursor.Remaining} bytes, the rest of the file, the file has {bytes} for {GgufFormat.NameOf(format)} of shape ({string.Join(", ", shape)}): it was cut short, copy it again");
        return (new GgufTensor(name, shape, format, 0, (long)bytes), cursor.UInt64(where));
    }

    /// <summary>Finds each tensor's place. Their data must lie within the file, begin where the alignment allows, and not overlap.</summary>
    void Place(GgufCursor cursor, List<(GgufTensor Tensor, ulong Offset)> found)
    {
        int alignment = Metadata.Integer(AlignmentKey, 32);
        if (alignment < 8 || alignment > MostAlignment || !int.IsPow2(alignment)) throw Metadata.Refused(AlignmentKey, $"a power of two from 8 to {MostAlignment}");
        long start = (cursor.Position + alignment - 1) / alignment * alignment, end = 0;
        foreach (var (tensor, offset) in found.OrderBy(entry => entry.Offset))
        {
            string where = $"tensor {GgufCursor.Shown(tensor.Name)}";
            if (offset % (ulong)alignment != 0) throw cursor.Fault($"{where}: expected data at a multiple of {alignment} bytes, the file has offset {offset}");
            long room = Length - start - tensor.Bytes;
            if (room < 0 || offset > (ulong)room) throw cursor.Fault($"{where}: expected {tensor.Bytes} bytes from offset {offset} on, the file has {Math.Max(0, Length - start)} bytes of data: it was cut short, copy it again");
            if ((long)offset < end) throw cursor.Fault($"{where}: expected data from offset {end} on, where the tensor before ends, the file has offset {offset}: they overlap");
            end = (long)offset + tensor.Bytes;
            if (!tensors.TryAdd(tensor.Name, tensor with { Position = start + (long)offset })) throw cursor.Fault($"{where}: expected each name once, the file has it twice");
        }
    }

    /// <summary>Fills <paramref name="destination"/> with the tensor's bytes from <paramref name="skip"/> on.</summary>
    internal void Read(GgufTensor tensor, long skip, Span<byte> destination) => content.Read(tensor.Position + skip, destination);

    /// <summary>The tensor's own place in the file as a matrix (rows, columns), valid until the file is disposed of.</summary>
    internal Tensor Map(GgufTensor tensor, int rows, int columns, bool writable) => content.Map(tensor.Position, rows, columns, tensor.Format, writable);

    public void Dispose() => content.Dispose();
}
