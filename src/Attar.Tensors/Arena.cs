using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>Memory for one training step or one scoring batch: tensors are taken from it and all freed at once by <see cref="Reset"/>.</summary>
/// <remarks>The tensor objects are used again too: one kept beyond a reset would stand for something else. A step that needs more than there is gets further blocks; the next reset joins them into one, so a steady loop settles at one block and never asks the system again.</remarks>
public sealed unsafe class Arena : IDisposable
{
    const long SmallestBlock = 1 << 20;
    readonly List<(nint Address, long Bytes)> blocks = [];
    readonly List<Tensor> tensors = []; // handed out again after a reset
    int lent;
    long used; // of the last block
    long taken; // since the last reset, over all blocks

    /// <summary>Bytes held from the system, whether in use or not.</summary>
    public long Capacity => blocks.Sum(block => block.Bytes);

    /// <summary>A tensor whose content is whatever was there before; valid until <see cref="Reset"/>.</summary>
    public Tensor Allocate(int rows, int columns)
    {
        long bytes = ((long)rows * columns * sizeof(float) + 63) & ~63L;
        if (blocks.Count == 0 || used + bytes > blocks[^1].Bytes) AddBlock(Math.Max(bytes, Math.Max(SmallestBlock, Capacity / 4)));
        if (lent == tensors.Count) tensors.Add(new Tensor(null, 0, 0, owned: false));
        Tensor tensor = tensors[lent++];
        tensor.Point((float*)(blocks[^1].Address + (nint)used), rows, columns);
        used += bytes;
        taken += bytes;
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
    public void Reset()
    {
        if (blocks.Count > 1)
        {
            FreeBlocks();
            AddBlock(taken + taken / 8); // the next batch may be a little larger
        }
        (used, taken, lent) = (0, 0, 0);
    }

    void AddBlock(long bytes)
    {
        blocks.Add(((nint)NativeHeap.Allocate((nuint)bytes), bytes));
        used = 0;
    }

    void FreeBlocks()
    {
        foreach ((nint address, _) in blocks) NativeMemory.AlignedFree((void*)address);
        blocks.Clear();
    }

    public void Dispose() => FreeBlocks();
}
