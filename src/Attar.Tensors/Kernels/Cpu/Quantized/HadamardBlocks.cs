using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>The Walsh-Hadamard transform of a row's blocks of 64 values: x H, where every entry of H is 1 or -1 and H Hᵀ = 64.</summary>
/// <remarks>
/// (x H) · (w H) = 64 x · w, so the factors of a product may be turned both. A value far from all others, of which language models have some in every row,
/// widens the steps of all that share a scale with it; turned, it is spread over its block, an eighth of its size in each place (QuaRot, Ashkboos et al. 2024, arXiv 2404.00456).
/// </remarks>
static unsafe class HadamardBlocks
{
    public const int Size = 64;

    /// <param name="count">A multiple of <see cref="Size"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(float* x, int count, float* to)
    {
        for (int block = 0; block < count; block += Size, x += Size, to += Size)
        {
            Vector256<float>
                a = Within(Vector256.Load(x)), b = Within(Vector256.Load(x + 8)), c = Within(Vector256.Load(x + 16)), d = Within(Vector256.Load(x + 24)),
                e = Within(Vector256.Load(x + 32)), f = Within(Vector256.Load(x + 40)), g = Within(Vector256.Load(x + 48)), h = Within(Vector256.Load(x + 56));
            (a, b, c, d, e, f, g, h) = (a + b, a - b, c + d, c - d, e + f, e - f, g + h, g - h);
            (a, b, c, d, e, f, g, h) = (a + c, b + d, a - c, b - d, e + g, f + h, e - g, f - h);
            (a + e).Store(to);
            (b + f).Store(to + 8);
            (c + g).Store(to + 16);
            (d + h).Store(to + 24);
            (a - e).Store(to + 32);
            (b - f).Store(to + 40);
            (c - g).Store(to + 48);
            (d - h).Store(to + 56);
        }
    }

    /// <summary>The transform of eight values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Within(Vector256<float> x)
    {
        x = Vector256.FusedMultiplyAdd(x, Vector256.Create(1f, -1, 1, -1, 1, -1, 1, -1), Vector256.Shuffle(x, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
        x = Vector256.FusedMultiplyAdd(x, Vector256.Create(1f, 1, -1, -1, 1, 1, -1, -1), Vector256.Shuffle(x, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        return Vector256.FusedMultiplyAdd(x, Vector256.Create(1f, 1, 1, 1, -1, -1, -1, -1), Vector256.Shuffle(x, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)));
    }
}
