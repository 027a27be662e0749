using System.Buffers.Binary;
using Attar.Tensors;
using Microsoft.Win32.SafeHandles;

namespace Attar.Models.Checkpoints;

/// <summary>
/// One open safetensors file: 8 bytes of header length (little-endian), the header, the data. Tensors are read by position straight into the caller's memory,
/// or stand for the file's own pages: that costs nothing until they are touched, but a file cut while in use ends the process, where reading ends in an exception.
/// </summary>
sealed class SafeTensorsShard : IDisposable
{
    readonly SafeFileHandle handle;
    readonly long dataStart;
    MappedFile? mapping;

    public string File { get; }
    public SafeTensorsHeader Header { get; }

    /// <summary>Of the file, in bytes.</summary>
    public long Length { get; }

    /// <exception cref="CheckpointException">when the file is missing, cut short or malformed.</exception>
    public SafeTensorsShard(string path)
    {
        File = path;
        try
        {
            handle = System.IO.File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: expected a readable safetensors file: {fault.Message}");
        }
        try
        {
            long length = Length = RandomAccess.GetLength(handle);
            if (length < 8) throw new CheckpointException($"{path}: expected at least 8 bytes, the file has {length}: it was cut short, copy it again");
            byte[] prefix = new byte[8];
            ReadAt(0, prefix);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
            if (headerLength > SafeTensorsHeader.MaxLength || (long)headerLength > length - 8)
                throw new CheckpointException($"{path}: expected a header of at most {Math.Min(length - 8, SafeTensorsHeader.MaxLength)} bytes, the file has {headerLength}: it was cut short or is no safetensors file");
            byte[] json = new byte[headerLength];
            ReadAt(8, json);
            dataStart = 8 + (long)headerLength;
            Header = SafeTensorsHeader.Parse(json, length - dataStart, path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="destination"/> with the tensor's bytes from <paramref name="skip"/> on.</summary>
    public void Read(TensorEntry entry, long skip, Span<byte> destination) => ReadAt(dataStart + entry.Begin + skip, destination);

    /// <summary>The tensor's own place in the file as a matrix, valid until the shard is disposed of; null where it is of another format.</summary>
    /// <exception cref="CheckpointException">when the system has no room for the file.</exception>
    public Tensor? Map(TensorEntry entry, int rows, int columns, NumberFormat format, bool writable)
    {
        long position = dataStart + entry.Begin;
        (string type, int size) = format == NumberFormat.Float32 ? ("F32", sizeof(float)) : ("BF16", sizeof(ushort));
        return entry.DType == type && entry.Count > 0 && position % size == 0 ? (mapping ??= Mapped(writable)).View(position, rows, columns, format) : null;
    }

    MappedFile Mapped(bool writable)
    {
        try
        {
            return new MappedFile(File, writable);
        }
        catch (IOException fault)
        {
            throw new CheckpointException($"{File}: expected room for {Length >> 20} MiB of weights{(writable ? " that are to be trained" : "")}: {fault.Message}");
        }
    }

    void ReadAt(long position, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, position);
            if (read == 0) throw new CheckpointException($"{File}: expected {destination.Length} bytes at {position}, the file ends there: it was cut while in use");
            destination = destination[read..];
            position += read;
        }
    }

    public void Dispose()
    {
        mapping?.Dispose();
        handle.Dispose();
    }
}
