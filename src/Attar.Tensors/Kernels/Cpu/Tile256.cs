using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>6x16 tile: 12 of the 16 AVX2 registers accumulate.</summary>
readonly unsafe struct Tile256 : IMicroKernel
{
    public static int Rows => 6;
    public static int Columns => 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, float* a, nint rowStride, nint stepStride, float* b, nint bStride, int rows, float* c, nint cStride, float* start, nint startStride, float* ahead, nint aheadStep)
    {
        Vector256<float> c0_0 = default, c0_1 = default;
        Vector256<float> c1_0 = default, c1_1 = default;
        Vector256<float> c2_0 = default, c2_1 = default;
        Vector256<float> c3_0 = default, c3_1 = default;
        Vector256<float> c4_0 = default, c4_1 = default;
        Vector256<float> c5_0 = default, c5_1 = default;
        float* a0 = a;
        float* a3 = a + 3 * rowStride;
        for (; k > 0; k--)
        {
            VectorMath.Ask(ahead);
            ahead += aheadStep;
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x = Vector256.Create(a0[0]);
            c0_0 = Vector256.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector256.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector256.Create(a0[rowStride]);
            c1_0 = Vector256.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector256.FusedMultiplyAdd(x, b1, c1_1);
            x = Vector256.Create(a0[2 * rowStride]);
            c2_0 = Vector256.FusedMultiplyAdd(x, b0, c2_0); c2_1 = Vector256.FusedMultiplyAdd(x, b1, c2_1);
            x = Vector256.Create(a3[0]);
            c3_0 = Vector256.FusedMultiplyAdd(x, b0, c3_0); c3_1 = Vector256.FusedMultiplyAdd(x, b1, c3_1);
            x = Vector256.Create(a3[rowStride]);
            c4_0 = Vector256.FusedMultiplyAdd(x, b0, c4_0); c4_1 = Vector256.FusedMultiplyAdd(x, b1, c4_1);
            x = Vector256.Create(a3[2 * rowStride]);
            c5_0 = Vector256.FusedMultiplyAdd(x, b0, c5_0); c5_1 = Vector256.FusedMultiplyAdd(x, b1, c5_1);
            a0 += stepStride;
            a3 += stepStride;
            b += bStride;
        }
        Store(c, start, c0_0, c0_1);
        if (rows == 1) return;
        Store(c + 1 * cStride, start == null ? null : start + 1 * startStride, c1_0, c1_1);
        if (rows == 2) return;
        Store(c + 2 * cStride, start == null ? null : start + 2 * startStride, c2_0, c2_1);
        if (rows == 3) return;
        Store(c + 3 * cStride, start == null ? null : start + 3 * startStride, c3_0, c3_1);
        if (rows == 4) return;
        Store(c + 4 * cStride, start == null ? null : start + 4 * startStride, c4_0, c4_1);
        if (rows == 5) return;
        Store(c + 5 * cStride, start == null ? null : start + 5 * startStride, c5_0, c5_1);
    }

    static void Store(float* c, float* start, Vector256<float> v0, Vector256<float> v1)
    {
        if (start != null)
        {
            v0 += Vector256.Load(start);
            v1 += Vector256.Load(start + 8);
        }
        v0.Store(c);
        v1.Store(c + 8);
    }
}
