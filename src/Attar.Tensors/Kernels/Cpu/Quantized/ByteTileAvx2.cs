using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>4x8 tile for processors with AVX2 alone: bytes widened to 16 bits, because their own dot product of bytes (vpmaddubsw) overflows.</summary>
readonly unsafe struct ByteTileAvx2 : IByteTile
{
    public static bool IsSupported => Avx2.IsSupported;
    public static int Rows => 4;
    public static int Columns => 8;

    public static void Run(int groups, byte* a, nint aStride, sbyte* b, in ByteScale scale, float* c, nint cStride, sbyte* ahead)
    {
        int* sums = stackalloc int[Rows * Columns];
        Sums(groups, a, aStride, b, sums);
        scale.Apply(sums, Rows, Columns, c, cStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sums(int groups, byte* a, nint aStride, sbyte* b, int* c)
    {
        // each accumulator has two sums a column, of the even and the odd pair of every group
        Vector256<int> c0_0 = default, c0_1 = default, c1_0 = default, c1_1 = default, c2_0 = default, c2_1 = default, c3_0 = default, c3_1 = default;
        for (; groups > 0; groups--, a += 4, b += 4 * Columns)
        {
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(b), b1 = Avx2.ConvertToVector256Int16(b + 16);
            Vector256<short> x = Four(a);
            c0_0 += Avx2.MultiplyAddAdjacent(x, b0); c0_1 += Avx2.MultiplyAddAdjacent(x, b1);
            x = Four(a + aStride);
            c1_0 += Avx2.MultiplyAddAdjacent(x, b0); c1_1 += Avx2.MultiplyAddAdjacent(x, b1);
            x = Four(a + 2 * aStride);
            c2_0 += Avx2.MultiplyAddAdjacent(x, b0); c2_1 += Avx2.MultiplyAddAdjacent(x, b1);
            x = Four(a + 3 * aStride);
            c3_0 += Avx2.MultiplyAddAdjacent(x, b0); c3_1 += Avx2.MultiplyAddAdjacent(x, b1);
        }
        Joined(c0_0, c0_1).Store(c);
        Joined(c1_0, c1_1).Store(c + 8);
        Joined(c2_0, c2_1).Store(c + 16);
        Joined(c3_0, c3_1).Store(c + 24);
    }

    static Vector256<short> Four(byte* a) => Vector256.Create(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(int*)a).AsByte()).AsInt64().ToScalar()).AsInt16();

    static Vector256<int> Joined(Vector256<int> low, Vector256<int> high) => Avx2.Permute4x64(Avx2.HorizontalAdd(low, high).AsInt64(), 0b_11_01_10_00).AsInt32();
}
