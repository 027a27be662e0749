using System.Runtime.Intrinsics.X86;
using Attar.Tensors.Kernels.Cpu.Assembled;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>12x32 tile with the 512-bit dot product of bytes (AVX-512 VNNI), which .NET has no intrinsic for.</summary>
readonly unsafe struct ByteTileVnni512 : IByteTile
{
    const int Avx512Vnni = 1 << 11; // of ecx, leaf 7 of cpuid
    static readonly nint code = MachineCode.IsSupported && Avx512F.IsSupported && (X86Base.CpuId(7, 0).Ecx & Avx512Vnni) != 0
        ? MachineCode.Compile(DotTileCode.Assemble(step: 4, (code, c, a, b) => code.vpdpbusd(c, a, b))) : 0;

    public static bool IsSupported => code != 0;
    public static int Rows => DotTileCode.Rows;
    public static int Columns => DotTileCode.Columns;

    public static void Run(int groups, byte* a, nint aStride, sbyte* b, int* c) =>
        ((delegate* unmanaged[SuppressGCTransition]<nint, byte*, nint, sbyte*, int*, nint, void>)code)(groups, a, aStride, b, c, DotTileCode.Columns * sizeof(int));
}
