using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Attar.Models.Checkpoints;

/// <summary>
/// One open safetensors file: 8 bytes of header length (little-endian), the header, the data. Tensors are read by position straight into the caller's memory.
/// That copies no more than a mapping would, and a file cut while in use ends in an exception, where a mapping ends the process.
/// </summary>
sealed class SafeTensorsShard : IDisposable
{
    readonly SafeFileHandle handle;
    readonly long dataStart;

    public string File { get; }
    public SafeTensorsHeader Header { get; }

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
            long length = RandomAccess.GetLength(handle);
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

    public void Dispose() => handle.Dispose();
}
