using System.Runtime.InteropServices;

namespace Attar.Tensors.Tests;

public unsafe class NativeHeapTests
{
    const nuint Mapped = 2; // IS_MMAPPED of glibc's malloc.c, in the word before a block: mapped for itself, and unmapped when it is freed
    const int Blocks = 16;

    [Fact]
    public void Large_blocks_are_mapped_each_for_itself_so_that_freeing_one_gives_it_back()
    {
        Assert.SkipUnless(NativeHeap.ReturnLargeBlocks(), "the C library is not glibc");
        NativeMemory.Free(NativeMemory.Alloc(28 << 20)); // by which glibc would raise its limit
        nint[] large = [.. Enumerable.Range(0, Blocks).Select(_ => Block(24 << 20))], small = [.. Enumerable.Range(0, Blocks).Select(_ => Block(100 << 10))];
        Assert.InRange(large.Count(IsMapped), Blocks / 2, Blocks); // a hole that large may have been left in the heap, hardly eight of them
        Assert.InRange(small.Count(IsMapped), 0, Blocks / 2);
        foreach (nint block in large.Concat(small)) NativeMemory.Free((void*)block);
    }

    static nint Block(nuint bytes) => (nint)NativeMemory.Alloc(bytes);

    static bool IsMapped(nint block) => (((nuint*)block)[-1] & Mapped) != 0;
}
