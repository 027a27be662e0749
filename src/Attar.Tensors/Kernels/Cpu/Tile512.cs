using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>12x32 tile: 24 of the 32 AVX-512 registers accumulate.</summary>
readonly unsafe struct Tile512 : IMicroKernel
{
    public static int Rows => 12;
    public static int Columns => 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, float* a, nint rowStride, nint stepStride, float* b, nint bStride, int rows, float* c, nint cStride, float* start, nint startStride, float* ahead, nint aheadStep)
    {
        Vector512<float> c0_0 = default, c0_1 = default;
        Vector512<float> c1_0 = default, c1_1 = default;
        Vector512<float> c2_0 = default, c2_1 = default;
        Vector512<float> c3_0 = default, c3_1 = default;
        Vector512<float> c4_0 = default, c4_1 = default;
        Vector512<float> c5_0 = default, c5_1 = default;
        Vector512<float> c6_0 = default, c6_1 = default;
        Vector512<float> c7_0 = default, c7_1 = default;
        Vector512<float> c8_0 = default, c8_1 = default;
        Vector512<float> c9_0 = default, c9_1 = default;
        Vector512<float> c10_0 = default, c10_1 = default;
        Vector512<float> c11_0 = default, c11_1 = default;
        float* a0 = a;
        float* a3 = a + 3 * rowStride;
        float* a6 = a + 6 * rowStride;
        float* a9 = a + 9 * rowStride;
        for (; k > 0; k--)
        {
            VectorMath.Ask(ahead);
            ahead += aheadStep;
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            Vector512<float> x = Vector512.Create(a0[0]);
            c0_0 = Vector512.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector512.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector512.Create(a0[rowStride]);
            c1_0 = Vector512.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector512.FusedMultiplyAdd(x, b1, c1_1);
            x = Vector512.Create(a0[2 * rowStride]);
            c2_0 = Vector512.FusedMultiplyAdd(x, b0, c2_0); c2_1 = Vector512.FusedMultiplyAdd(x, b1, c2_1);
            x = Vector512.Create(a3[0]);
            c3_0 = Vector512.FusedMultiplyAdd(x, b0, c3_0); c3_1 = Vector512.FusedMultiplyAdd(x, b1, c3_1);
            x = Vector512.Create(a3[rowStride]);
            c4_0 = Vector512.FusedMultiplyAdd(x, b0, c4_0); c4_1 = Vector512.FusedMultiplyAdd(x, b1, c4_1);
            x = Vector512.Create(a3[2 * rowStride]);
            c5_0 = Vector512.FusedMultiplyAdd(x, b0, c5_0); c5_1 = Vector512.FusedMultiplyAdd(x, b1, c5_1);
            x = Vector512.Create(a6[0]);
            c6_0 = Vector512.FusedMultiplyAdd(x, b0, c6_0); c6_1 = Vector512.FusedMultiplyAdd(x, b1, c6_1);
            x = Vector512.Create(a6[rowStride]);
            c7_0 = Vector512.FusedMultiplyAdd(x, b0, c7_0); c7_1 = Vector512.FusedMultiplyAdd(x, b1, c7_1);
            x = Vector512.Create(a6[2 * rowStride]);
            c8_0 = Vector512.FusedMultiplyAdd(x, b0, c8_0); c8_1 = Vector512.FusedMultiplyAdd(x, b1, c8_1);
            x = Vector512.Create(a9[0]);
            c9_0 = Vector512.FusedMultiplyAdd(x, b0, c9_0); c9_1 = Vector512.FusedMultiplyAdd(x, b1, c9_1);
            x = Vector512.Create(a9[rowStride]);
            c10_0 = Vector512.FusedMultiplyAdd(x, b0, c10_0); c10_1 = Vector512.FusedMultiplyAdd(x, b1, c10_1);
            x = Vector512.Create(a9[2 * rowStride]);
            c11_0 = Vector512.FusedMultiplyAdd(x, b0, c11_0); c11_1 = Vector512.FusedMultiplyAdd(x, b1, c11_1);
            a0 += stepStride;
            a3 += stepStride;
            a6 += stepStride;
            a9 += stepStride;
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
        if (rows == 6) return;
        Store(c + 6 * cStride, start == null ? null : start + 6 * startStride, c6_0, c6_1);
        if (rows == 7) return;
        Store(c + 7 * cStride, start == null ? null : start + 7 * startStride, c7_0, c7_1);
        if (rows == 8) return;
        Store(c + 8 * cStride, start == null ? null : start + 8 * startStride, c8_0, c8_1);
        if (rows == 9) return;
        Store(c + 9 * cStride, start == null ? null : start + 9 * startStride, c9_0, c9_1);
        if (rows == 10) return;
        Store(c + 10 * cStride, start == null ? null : start + 10 * startStride, c10_0, c10_1);
        if (rows == 11) return;
        Store(c + 11 * cStride, start == null ? null : start + 11 * startStride, c11_0, c11_1);
    }

    static void Store(float* c, float* start, Vector512<float> v0, Vector512<float> v1)
    {
        if (start != null)
        {
            v0 += Vector512.Load(start);
            v1 += Vector512.Load(start + 16);
        }
        v0.Store(c);
        v1.Store(c + 16);
    }
}
