using Attar.Tensors;
using Microsoft.Win32.SafeHandles;

namespace Attar.Models.Files;

/// <summary>
/// A file of weights that is read by position straight into the caller's memory, or stands in memory with its own pages: that costs nothing until they are touched,
/// but a file cut while in use then ends the process, where reading ends in an exception.
/// </summary>
sealed class PositionalFile : IDisposable
{
    readonly SafeFileHandle handle;
    MappedFile? mapping;

    public string Path { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <param name="kind">For messages, such as <c>safetensors</c>.</param>
    /// <exception cref="CheckpointException">when the file cannot be read.</exception>
    public PositionalFile(string path, string kind)
    {
        Path = path;
        try
        {
            handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: expected a readable {kind} file: {fault.Message}");
        }
        Length = RandomAccess.GetLength(handle);
    }

    /// <exception cref="CheckpointException">when the file ends before.</exception>
    public void Read(long position, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, position);
            if (read == 0) throw new CheckpointException($"{Path}: expected {destination.Length} bytes at {position}, the file ends there: it was cut while in use");
            destination = destination[read..];
            position += read;
        }
    }

    /// <summary>A matrix that stands for the file's own pages, until the file is disposed of.</summary>
    /// <exception cref="CheckpointException">when the system has no room for the file.</exception>
    public Tensor Map(long position, int rows, int columns, NumberFormat format, bool writable)
    {
        try
        {
            return (mapping ??= new MappedFile(Path, writable)).View(position, rows, columns, format);
        }
        catch (IOException fault)
        {
            throw new CheckpointException($"{Path}: expected room for {Length >> 20} MiB of weights{(writable ? " that are to be trained" : "")}: {fault.Message}");
        }
    }

    public void Dispose()
    {
        mapping?.Dispose();
        handle.Dispose();
    }
}
