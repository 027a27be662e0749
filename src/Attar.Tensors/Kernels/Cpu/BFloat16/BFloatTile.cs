using System.Runtime.Intrinsics.X86;
using Attar.Tensors.Kernels.Cpu.Assembled;

namespace Attar.Tensors.Kernels.Cpu.BFloat16;

/// <summary>12x32 tile with the 512-bit dot product of bfloat16 pairs and float32 sums (AVX-512 BF16), which .NET has no intrinsic for.</summary>
/// <remarks>A pair of steps of k is one 32-bit word, the earlier step in the lower half.</remarks>
static unsafe class BFloatTile
{
    public const int Rows = DotTileCode.Rows, Columns = DotTileCode.Columns;
    const int Avx512BFloat16 = 1 << 5; // of eax, leaf 7.1 of cpuid
    static readonly nint byRows, byTiles, byRowsAdding, byTilesAdding;

    static BFloatTile()
    {
        if (!MachineCode.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(7, 0).Eax < 1 || (X86Base.CpuId(7, 1).Eax & Avx512BFloat16) == 0) return;
        byRows = Compile(sizeof(uint), add: false);
        byTiles = Compile(Rows * sizeof(uint), add: false);
        byRowsAdding = Compile(sizeof(uint), add: true);
        byTilesAdding = Compile(Rows * sizeof(uint), add: true);
    }

    static nint Compile(int step, bool add) => MachineCode.Compile(DotTileCode.Assemble(step, (code, c, a, b) => code.vdpbf16ps(c, a, b), add));

    public static bool IsSupported => byRows != 0 && byTiles != 0 && byRowsAdding != 0 && byTilesAdding != 0;

    /// <summary>C (Rows, Columns) = or += A (Rows, pairs) B (pairs, Columns): A as words either row by row, so many a row, or step by step, Rows of them (stride 0); B step by step.</summary>
    public static void Run(int pairs, uint* a, int aStride, uint* b, float* c, int cStride, bool add) =>
        ((delegate* unmanaged[SuppressGCTransition]<nint, uint*, nint, uint*, float*, nint, void>)(aStride == 0 ? (add ? byTilesAdding : byTiles) : (add ? byRowsAdding : byRows)))(
            pairs, a, aStride == 0 ? sizeof(uint) : (nint)aStride * sizeof(uint), b, c, (nint)cStride * sizeof(float));
}
