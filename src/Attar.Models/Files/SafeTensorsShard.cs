using System.Buffers.Binary;
using Attar.Tensors;

namespace Attar.Models.Files;

/// <summary>One open safetensors file: 8 bytes of header length (little-endian), the header, the data.</summary>
sealed class SafeTensorsShard : IDisposable
{
    readonly PositionalFile content;
    readonly long dataStart;

    public string File => content.Path;
    public SafeTensorsHeader Header { get; }

    /// <summary>Of the file, in bytes.</summary>
    public long Length => content.Length;

    /// <exception cref="CheckpointException">when the file is missing, cut short or malformed.</exception>
    public SafeTensorsShard(string path)
    {
        content = new PositionalFile(path, "safetensors");
        try
        {
            long length = Length;
            if (length < 8) throw new CheckpointException($"{path}: expected at least 8 bytes, the file has {length}: it was cut short, copy it again");
            byte[] prefix = new byte[8];
            content.Read(0, prefix);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength > SafeTensorsHeader.MaxLength || (long)headerLength > length - 8)
                throw new CheckpointException($"{path}: expected a header of at most {Math.Min(length - 8, SafeTensorsHeader.MaxLength)} bytes, the file has {headerLength}: it was cut short or is no safetensors file");
            byte[] json = new byte[headerLength];
            content.Read(8, json);
            dataStart = 8 + (long)headerLength;
            Header = SafeTensorsHeader.Parse(json, length - dataStart, path);
        }
        catch
        {
            content.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="destination"/> with the tensor's bytes from <paramref name="skip"/> on.</summary>
    public void Read(TensorEntry entry, long skip, Span<byte> destination) => content.Read(dataStart + entry.Begin + skip, destination);

    /// <summary>The tensor's own place in the file as a matrix, valid until the shard is disposed of; null where it is of another format.</summary>
    /// <exception cref="CheckpointException">when the system has no room for the file.</exception>
    public Tensor? Map(TensorEntry entry, int rows, int columns, NumberFormat format, bool writable)
    {
        long position = dataStart + entry.Begin;
        (string type, int size) = format == NumberFormat.Float32 ? ("F32", sizeof(float)) : ("BF16", sizeof(ushort));
        return entry.DType == type && entry.Count > 0 && position % size == 0 ? content.Map(position, rows, columns, format, writable) : null;
    }

    public void Dispose() => content.Dispose();
}
