using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>Memory for one training step or one scoring batch: tensors are taken from it and all freed at once by <see cref="Reset"/>, which keeps the blocks.</summary>
public sealed unsafe class Arena : IDisposable
{
    const long BlockBytes = 16 << 20;
    readonly List<(nint Address, long Bytes)> blocks = [];
    int block;
    long used;

    /// <summary>Bytes held from the system, whether in use or not.</summary>
    public long Capacity => blocks.Sum(b => b.Bytes);

    /// <summary>A tensor whose content is whatever was there before; valid until <see cref="Reset"/>.</summary>
    public Tensor Allocate(int rows, int columns)
    {
        long bytes = ((long)rows * columns * sizeof(float) + 63) & ~63L;
        while (block < blocks.Count && used + bytes > blocks[block].Bytes) (block, used) = (block + 1, 0);
        if (block == blocks.Count)
        {
            long size = Math.Max(bytes, BlockBytes);
            blocks.Add(((nint)NativeMemory.AlignedAlloc((nuint)size, Tensor.Alignment), size));
        }
        var tensor = new Tensor((float*)(blocks[block].Address + (nint)used), rows, columns, owned: false);
        used += bytes;
        return tensor;
    }

    public Tensor Zeros(int rows, int columns)
    {
        Tensor tensor = Allocate(rows, columns);
        NativeMemory.Clear(tensor.Data, (nuint)(tensor.Count * sizeof(float)));
        return tensor;
    }

    public Tensor Copy(int rows, int columns, ReadOnlySpan<float> values)
    {
        Tensor tensor = Allocate(rows, columns);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>Frees every tensor taken since the last reset.</summary>
    public void Reset() => (block, used) = (0, 0);

    public void Dispose()
    {
        foreach ((nint address, _) in blocks) NativeMemory.AlignedFree((void*)address);
        blocks.Clear();
        Reset();
    }
}
