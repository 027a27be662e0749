using System.Runtime.Intrinsics.X86;
using Attar.Tensors.Kernels.Cpu.Assembled;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>12x32 tile with the 512-bit dot product of bytes (AVX-512 VNNI), which .NET has no intrinsic for.</summary>
readonly unsafe struct ByteTileVnni512 : IByteTile
{
    const int Avx512Vnni = 1 << 11; // of ecx, leaf 7 of cpuid
    static readonly nint code = MachineCode.IsSupported && Avx512F.IsSupported && (X86Base.CpuId(7, 0).Ecx & Avx512Vnni) != 0
        ? MachineCode.Compile(DotTileCode.Assemble(step: 4, IByteTile.AheadOfGroup, (code, c, a, b) => code.vpdpbusd(c, a, b), Scale)) : 0;

    public static bool IsSupported => code != 0;
    public static int Rows => DotTileCode.Rows;
    public static int Columns => DotTileCode.Columns;

    public static void Run(int groups, byte* a, nint aStride, sbyte* b, in ByteScale scale, float* c, nint cStride, sbyte* ahead)
    {
        fixed (ByteScale* pointers = &scale)
            ((delegate* unmanaged[SuppressGCTransition]<nint, byte*, nint, sbyte*, float*, nint, sbyte*, ByteScale*, void>)code)(groups, a, aStride, b, c, cStride * sizeof(float), ahead, pointers);
    }

    /// <summary><see cref="ByteScale.Apply"/> on the sums in their registers.</summary>
    static void Scale(Assembler code, AssemblerRegister64 arguments)
    {
        AssemblerRegister64 biases = r10, scales = r11, shifts = rdi;
        AssemblerRegisterZMM[] free = [.. DotTileCode.Free], weight = free[..2], offset = free[2..4], start = free[4..6];
        AssemblerRegisterZMM scale = free[6], shift = free[7];
        AssemblerRegister64[] pointers = [rax, rdx, biases, scales, shifts];
        code.mov(rcx, __qword_ptr[arguments + sizeof(ulong)]);
        for (int i = 0; i < pointers.Length; i++) code.mov(pointers[i], __qword_ptr[rcx + i * sizeof(ulong)]);
        for (int half = 0; half < 2; half++)
        {
            code.vmovups(weight[half], DotTileCode.Half(rax, half));
            code.vmovups(offset[half], DotTileCode.Half(rdx, half));
        }
        for (int row = 0; row < Rows; row++, code.add(r8, r9))
        {
            code.vbroadcastss(scale, __dword_ptr[scales + row * sizeof(float)]);
            code.vbroadcastss(shift, __dword_ptr[shifts + row * sizeof(float)]);
            for (int half = 0; half < 2; half++)
            {
                AssemblerRegisterZMM sum = DotTileCode.Sum(row, half);
                code.vmovups(start[half], DotTileCode.Half(biases, half));
                code.vcvtdq2ps(sum, sum);
                code.vfmadd231ps(start[half], shift, offset[half]);
                code.vmulps(sum, sum, weight[half]);
                code.vfmadd213ps(sum, scale, start[half]);
                code.vmovups(DotTileCode.Half(r8, half), sum);
            }
        }
    }
}
