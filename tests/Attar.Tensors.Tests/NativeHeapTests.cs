using System.Globalization;
using System.Runtime.InteropServices;

namespace Attar.Tensors.Tests;

public unsafe class NativeHeapTests
{
    [Fact]
    public void What_is_freed_between_blocks_in_use_goes_back_to_the_system()
    {
        Assert.SkipUnless(NativeHeap.ReturnLargeBlocks(), "the C library is not glibc");
        const int Blocks = 16, Large = 1 << 20, Small = 100 << 10;
        NativeMemory.Free(NativeMemory.Alloc(4 * Large)); // by which glibc would raise its limit
        nint[] large = new nint[Blocks], small = new nint[Blocks];
        for (int i = 0; i < Blocks; i++)
        {
            large[i] = (nint)NativeMemory.Alloc(Large);
            small[i] = (nint)NativeMemory.Alloc(Small);
        }
        Assert.All(large, block => Assert.True(IsMapped(block)));
        foreach (nint block in large) NativeMemory.Free((void*)block);
        Assert.InRange(large.Count(IsMapped), 0, Blocks / 2); // other tests may take such places again
        foreach (nint block in small) NativeMemory.Free((void*)block);
    }

    static bool IsMapped(nint address) => File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[0].Split('-')).Any(ends =>
        (ulong)address >= ulong.Parse(ends[0], NumberStyles.HexNumber) && (ulong)address < ulong.Parse(ends[1], NumberStyles.HexNumber));
}
