using System.Runtime.InteropServices;

namespace Attar.Tensors.Tests;

public unsafe class NativeHeapTests
{
    const nuint Mapped = 2; // IS_MMAPPED of glibc's malloc.c, in the word before a block: mapped for itself, and unmapped when it is freed

    [Fact]
    public void Large_blocks_are_mapped_each_for_itself_so_that_freeing_one_gives_it_back()
    {
        Assert.SkipUnless(NativeHeap.ReturnLargeBlocks(), "the C library is not glibc");
        NativeMemory.Free(NativeMemory.Alloc(4 << 20)); // by which glibc would raise its limit
        nint[] large = [.. Enumerable.Range(0, 16).Select(_ => Block(1 << 20))], small = [.. Enumerable.Range(0, 16).Select(_ => Block(100 << 10))];
        Assert.All(large, block => Assert.True(IsMapped(block)));
        Assert.All(small, block => Assert.False(IsMapped(block)));
        foreach (nint block in large.Concat(small)) NativeMemory.Free((void*)block);
    }

    static nint Block(nuint bytes) => (nint)NativeMemory.Alloc(bytes);

    static bool IsMapped(nint block) => (((nuint*)block)[-1] & Mapped) != 0;
}
