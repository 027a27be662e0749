using System.Runtime.Intrinsics.X86;
using Attar.Tensors.Kernels.Cpu.Assembled;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Attar.Tensors.Kernels.Cpu.BFloat16;

/// <summary>12x32 tile with the 512-bit dot product of bfloat16 pairs and float32 sums (AVX-512 BF16), which .NET has no intrinsic for.</summary>
/// <remarks>A pair of steps of k is one 32-bit word, the earlier step in the lower half.</remarks>
static unsafe class BFloatTile
{
    public const int Rows = DotTileCode.Rows, Columns = DotTileCode.Columns;

    /// <summary>Bytes of what is ahead that a pair of steps asks the nearest cache for.</summary>
    public const int AheadOfPair = 16;

    const int Avx512BFloat16 = 1 << 5; // of eax, leaf 7.1 of cpuid
    static readonly nint byRows, byTiles, byRowsFrom, byTilesFrom;

    static BFloatTile()
    {
        if (!MachineCode.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(7, 0).Eax < 1 || (X86Base.CpuId(7, 1).Eax & Avx512BFloat16) == 0) return;
        byRows = Compile(sizeof(uint), from: false);
        byTiles = Compile(Rows * sizeof(uint), from: false);
        byRowsFrom = Compile(sizeof(uint), from: true);
        byTilesFrom = Compile(Rows * sizeof(uint), from: true);
    }

    static nint Compile(int step, bool from) => MachineCode.Compile(DotTileCode.Assemble(step, AheadOfPair, (code, c, a, b) => code.vdpbf16ps(c, a, b), (code, arguments) => Store(code, arguments, from)));

    static void Store(Assembler code, AssemblerRegister64 arguments, bool from)
    {
        if (from)
        {
            code.mov(rax, __qword_ptr[arguments + sizeof(ulong)]);
            code.mov(rdx, __qword_ptr[arguments + 2 * sizeof(ulong)]);
        }
        for (int row = 0; row < Rows; row++)
        {
            for (int half = 0; half < 2; half++)
            {
                AssemblerRegisterZMM sum = DotTileCode.Sum(row, half);
                if (from) code.vaddps(sum, sum, DotTileCode.Half(rax, half));
                code.vmovups(DotTileCode.Half(r8, half), sum);
            }
            code.add(r8, r9);
            if (from) code.add(rax, rdx);
        }
    }

    public static bool IsSupported => byRows != 0 && byTiles != 0 && byRowsFrom != 0 && byTilesFrom != 0;

    /// <summary>C (Rows, Columns) = start + A (Rows, pairs) B (pairs, Columns): A as words either row by row, so many a row, or step by step, Rows of them (stride 0); B step by step. start is null for zero, C itself to add to it, a bias with stride 0. ahead: where what will be needed next begins.</summary>
    public static void Run(int pairs, uint* a, int aStride, uint* b, float* c, int cStride, float* start, nint startStride, uint* ahead) =>
        ((delegate* unmanaged[SuppressGCTransition]<nint, uint*, nint, uint*, float*, nint, uint*, float*, nint, void>)(aStride == 0 ? (start == null ? byTiles : byTilesFrom) : (start == null ? byRows : byRowsFrom)))(
            pairs, a, aStride == 0 ? sizeof(uint) : (nint)aStride * sizeof(uint), b, c, (nint)cStride * sizeof(float), ahead, start, startStride * sizeof(float));
}
