using System.IO.MemoryMappedFiles;

namespace Attar.Tensors;

/// <summary>A file as memory: its pages are read when they are first touched, and shared with every process that has the file open. It may be larger than the machine's memory.</summary>
/// <remarks>A file cut while it is mapped ends the process when a lost page is touched; one that is replaced by renaming does no harm.</remarks>
public sealed unsafe class MappedFile : IDisposable
{
    readonly MemoryMappedFile file;
    readonly MemoryMappedViewAccessor view;
    readonly byte* data;
    readonly long length;
    readonly bool writable;

    /// <param name="writable">Views can be written: what is written stays in this process and never reaches the file. The system then wants room for all of it.</param>
    /// <exception cref="IOException">when the file cannot be read, or there is no room for it.</exception>
    /// <exception cref="UnauthorizedAccessException">when it may not be read.</exception>
    public MappedFile(string path, bool writable)
    {
        this.writable = writable;
        MemoryMappedFileAccess access = writable ? MemoryMappedFileAccess.CopyOnWrite : MemoryMappedFileAccess.Read;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        length = stream.Length;
        file = MemoryMappedFile.CreateFromFile(stream, null, 0, access, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, 0, access);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        data += view.PointerOffset;
    }

    /// <summary>A tensor that stands for values of the file, until the file is disposed of.</summary>
    /// <param name="offset">Of the first value, in bytes; of single values a multiple of theirs, while blocks may lie anywhere.</param>
    /// <exception cref="ArgumentException">when a row is no whole number of the format's blocks.</exception>
    public Tensor View(long offset, int rows, int columns, NumberFormat format = NumberFormat.Float32)
    {
        int size = Blocks.ValuesOf(format) == 1 ? Blocks.BytesOf(format) : 1;
        Int128 bytes = (Int128)rows * Blocks.SizeOf(format, columns);
        if (offset < 0 || offset % size != 0 || bytes > length - offset) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"no place for ({rows}, {columns}) in {length} bytes");
        return new Tensor(data + offset, rows, columns, owned: false) { IsReadOnly = !writable, Format = format };
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
