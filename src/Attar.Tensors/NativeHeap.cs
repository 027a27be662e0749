using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>The C library's memory, from which tensors and packed weights come.</summary>
public static unsafe class NativeHeap
{
    const int MapThreshold = -3; // M_MMAP_THRESHOLD of glibc's malloc.h
    const int LargeBlock = 256 << 10;

    /// <summary>
    /// From now on what is freed of a quarter of a MiB or more goes back to the system at once. glibc raises that limit itself, to
    /// 32 MiB, as blocks are freed: a process that replaces its models again and again then keeps the holes that they leave.
    /// </summary>
    /// <returns>False where the C library is another, which needs no such thing said.</returns>
    public static bool ReturnLargeBlocks() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc", typeof(NativeHeap).Assembly, null, out nint library)
        && NativeLibrary.TryGetExport(library, "mallopt", out nint mallopt)
        && ((delegate* unmanaged<int, int, int>)mallopt)(MapThreshold, LargeBlock) == 1;
}
