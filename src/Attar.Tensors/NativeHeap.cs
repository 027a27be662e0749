using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>The C library's memory, from which tensors and packed weights come.</summary>
public static unsafe class NativeHeap
{
    const int MapThreshold = -3; // M_MMAP_THRESHOLD of glibc's malloc.h
    const int LargeBlock = 256 << 10;

    const int AdviseHugePage = 14; // MADV_HUGEPAGE of Linux
    const nuint HugePage = 2 << 20;
    static readonly nint advise = OperatingSystem.IsLinux() ? Export("madvise") : 0;

    /// <summary>Aligned memory, to be freed by <see cref="NativeMemory.AlignedFree"/>. What is of some huge pages asks the system for such: one page fault then for 512, and fewer misses of the processor's page tables.</summary>
    internal static void* Allocate(nuint bytes)
    {
        bool huge = advise != 0 && bytes >= 2 * HugePage;
        void* memory = NativeMemory.AlignedAlloc(bytes, huge ? HugePage : Tensor.Alignment);
        if (huge) _ = ((delegate* unmanaged<void*, nuint, int, int>)advise)(memory, bytes, AdviseHugePage); // refused, the pages are small as before
        return memory;
    }

    static nint Export(string name) =>
        NativeLibrary.TryLoad("libc", typeof(NativeHeap).Assembly, null, out nint library) && NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;

    /// <summary>
    /// From now on what is freed of a quarter of a MiB or more goes back to the system at once. glibc raises that limit itself, to
    /// 32 MiB, as blocks are freed: a process that replaces its models again and again then keeps the holes that they leave.
    /// </summary>
    /// <returns>False where the C library is another, which needs no such thing said.</returns>
    public static bool ReturnLargeBlocks() =>
        OperatingSystem.IsLinux() && Export("mallopt") is not 0 and nint mallopt && ((delegate* unmanaged<int, int, int>)mallopt)(MapThreshold, LargeBlock) == 1;
}
