using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>6x16 tile with the 256-bit dot product of bytes (AVX-VNNI): 12 of 16 registers accumulate.</summary>
readonly unsafe struct ByteTileVnni256 : IByteTile
{
    public static bool IsSupported => AvxVnni.IsSupported;
    public static int Rows => 6;
    public static int Columns => 16;

    public static void Run(int groups, byte* a, nint aStride, sbyte* b, in ByteScale scale, float* c, nint cStride, sbyte* ahead)
    {
        int* sums = stackalloc int[Rows * Columns];
        Sums(groups, a, aStride, b, sums);
        scale.Apply(sums, Rows, Columns, c, cStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sums(int groups, byte* a, nint aStride, sbyte* b, int* c)
    {
        Vector256<int> c0_0 = default, c0_1 = default, c1_0 = default, c1_1 = default, c2_0 = default, c2_1 = default;
        Vector256<int> c3_0 = default, c3_1 = default, c4_0 = default, c4_1 = default, c5_0 = default, c5_1 = default;
        byte* a3 = a + 3 * aStride;
        for (; groups > 0; groups--, a += 4, a3 += 4, b += 4 * Columns)
        {
            Vector256<sbyte> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 32);
            Vector256<byte> x = Four(a);
            c0_0 = AvxVnni.MultiplyWideningAndAdd(c0_0, x, b0); c0_1 = AvxVnni.MultiplyWideningAndAdd(c0_1, x, b1);
            x = Four(a + aStride);
            c1_0 = AvxVnni.MultiplyWideningAndAdd(c1_0, x, b0); c1_1 = AvxVnni.MultiplyWideningAndAdd(c1_1, x, b1);
            x = Four(a + 2 * aStride);
            c2_0 = AvxVnni.MultiplyWideningAndAdd(c2_0, x, b0); c2_1 = AvxVnni.MultiplyWideningAndAdd(c2_1, x, b1);
            x = Four(a3);
            c3_0 = AvxVnni.MultiplyWideningAndAdd(c3_0, x, b0); c3_1 = AvxVnni.MultiplyWideningAndAdd(c3_1, x, b1);
            x = Four(a3 + aStride);
            c4_0 = AvxVnni.MultiplyWideningAndAdd(c4_0, x, b0); c4_1 = AvxVnni.MultiplyWideningAndAdd(c4_1, x, b1);
            x = Four(a3 + 2 * aStride);
            c5_0 = AvxVnni.MultiplyWideningAndAdd(c5_0, x, b0); c5_1 = AvxVnni.MultiplyWideningAndAdd(c5_1, x, b1);
        }
        c0_0.Store(c); c0_1.Store(c + 8);
        c1_0.Store(c + 16); c1_1.Store(c + 24);
        c2_0.Store(c + 32); c2_1.Store(c + 40);
        c3_0.Store(c + 48); c3_1.Store(c + 56);
        c4_0.Store(c + 64); c4_1.Store(c + 72);
        c5_0.Store(c + 80); c5_1.Store(c + 88);
    }

    static Vector256<byte> Four(byte* a) => Vector256.Create(*(int*)a).AsByte();
}
