using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>4x8 tile for any processor: 8 of 16 (SSE) or 32 (NEON) registers accumulate.</summary>
readonly unsafe struct Tile128 : IMicroKernel
{
    public static int Rows => 4;
    public static int Columns => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int k, float* a, nint rowStride, nint stepStride, float* b, nint bStride, int rows, float* c, nint cStride, float* start, nint startStride, float* ahead, nint aheadStep)
    {
        Vector128<float> c0_0 = default, c0_1 = default;
        Vector128<float> c1_0 = default, c1_1 = default;
        Vector128<float> c2_0 = default, c2_1 = default;
        Vector128<float> c3_0 = default, c3_1 = default;
        float* a0 = a;
        float* a3 = a + 3 * rowStride;
        for (; k > 0; k--)
        {
            VectorMath.Ask(ahead);
            ahead += aheadStep;
            Vector128<float> b0 = Vector128.Load(b), b1 = Vector128.Load(b + 4);
            Vector128<float> x = Vector128.Create(a0[0]);
            c0_0 = Vector128.FusedMultiplyAdd(x, b0, c0_0); c0_1 = Vector128.FusedMultiplyAdd(x, b1, c0_1);
            x = Vector128.Create(a0[rowStride]);
            c1_0 = Vector128.FusedMultiplyAdd(x, b0, c1_0); c1_1 = Vector128.FusedMultiplyAdd(x, b1, c1_1);
            x = Vector128.Create(a0[2 * rowStride]);
            c2_0 = Vector128.FusedMultiplyAdd(x, b0, c2_0); c2_1 = Vector128.FusedMultiplyAdd(x, b1, c2_1);
            x = Vector128.Create(a3[0]);
            c3_0 = Vector128.FusedMultiplyAdd(x, b0, c3_0); c3_1 = Vector128.FusedMultiplyAdd(x, b1, c3_1);
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
    }

    static void Store(float* c, float* start, Vector128<float> v0, Vector128<float> v1)
    {
        if (start != null)
        {
            v0 += Vector128.Load(start);
            v1 += Vector128.Load(start + 4);
        }
        v0.Store(c);
        v1.Store(c + 4);
    }
}
