using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attar.Models.Files;

/// <summary>A look at a tensor's values where they lie; asked for once, when they are written.</summary>
public delegate ReadOnlySpan<float> TensorValues();

/// <summary>A tensor to be written.</summary>
/// <param name="Shape">The lengths of its axes; their product is the number of values.</param>
public sealed record NamedTensor(string Name, long[] Shape, TensorValues Values)
{
    public NamedTensor(string name, long[] shape, ReadOnlyMemory<float> values) : this(name, shape, () => values.Span) { }

    /// <summary>Number of values.</summary>
    /// <exception cref="OverflowException">when it does not fit in 64 bits.</exception>
    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));
}

/// <summary>Writes safetensors files: F32, ordered by name, so equal tensors give equal bytes; a file of any length.</summary>
public static class SafeTensorsWriter
{
    /// <summary>Values handed to the file at a time: a span of bytes cannot be longer than 2 GiB.</summary>
    const int Chunk = 1 << 24;

    static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file under a temporary name and renames it: a reader sees the old file or the new.</summary>
    /// <param name="metadata">Texts for <c>__metadata__</c>, beside <c>format: pt</c>, which other tools look for.</param>
    /// <exception cref="ArgumentException">when two tensors have one name, or a tensor has not as many values as its shape says; no file is left behind.</exception>
    public static void Write(string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        NamedTensor[] ordered = [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        byte[] header = Header(ordered, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in ordered)
            {
                var values = tensor.Values();
                if (values.Length != tensor.Count)
                    throw new ArgumentException($"tensor {tensor.Name} has {values.Length} values, its shape ({string.Join(", ", tensor.Shape)}) says {tensor.Count}");
                for (; values.Length > 0; values = values[Math.Min(Chunk, values.Length)..])
                    stream.Write(MemoryMarshal.AsBytes(values[..Math.Min(Chunk, values.Length)]));
            }
        });
    }

    /// <summary>The JSON header, padded with spaces so that the data begins at a multiple of 8 bytes.</summary>
    static byte[] Header(NamedTensor[] ordered, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            foreach (var (key, value) in metadata.Where(entry => entry.Key != "format").OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(key, value);
            json.WriteEndObject();
            long at = 0;
            string previous = "__metadata__";
            foreach (var tensor in ordered)
            {
                if (tensor.Name == previous || tensor.Name == "__metadata__") throw new ArgumentException($"two tensors have the name {tensor.Name}");
                json.WriteStartObject(previous = tensor.Name);
                json.WriteString("dtype", "F32");
                json.WriteStartArray("shape");
                foreach (long axis in tensor.Shape) json.WriteNumberValue(axis);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += checked(4 * tensor.Count));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
