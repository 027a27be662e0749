using System.Diagnostics;
using Attar.Tensors;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Studies;

/// <summary>The rate of one matrix product (m, k) by (k, n).</summary>
/// <param name="PeakShare">Of the fused multiply-add peak measured in the same process on as many threads.</param>
public sealed record GemmRate(int M, int N, int K, double Gigaflops, double PeakShare);

/// <summary>Times matrix products on shapes that encoders have: in float32 of plain row-major matrices, packing included; in fewer bits with a weight packed before.</summary>
public static class GemmBenchmark
{
    const int Rounds = 7;
    const double FlopsARound = 3e9;

    /// <summary>Rows (tokens), columns, depth: one short text, a batch, a long batch, the two feed-forward products, a wider model's.</summary>
    public static readonly (int M, int N, int K)[] Shapes =
        [(96, 384, 384), (768, 384, 384), (3072, 384, 384), (3072, 1536, 384), (3072, 384, 1536), (3072, 3072, 768)];

    /// <summary>Best of several rounds, each of so many products that a clock's grain does not count.</summary>
    public static IEnumerable<GemmRate> Run(int threads, Precision precision = Precision.Float32)
    {
        double peak = FmaPeak.FlopsPerSecond(threads);
        using var kernels = new CpuKernels(threads);
        var random = new Random(1);
        foreach ((int m, int n, int k) in Shapes)
        {
            using Tensor a = Filled(m, k, random), b = Filled(k, n, random), weight = Filled(n, k, random), c = Tensor.Zeros(m, n);
            using IPackedMatrix packed = kernels.Pack(weight, precision);
            double flops = 2.0 * m * n * k, best = double.MaxValue;
            int products = (int)(FlopsARound / flops) + 1;
            for (int round = 0; round < Rounds; round++)
            {
                long began = Stopwatch.GetTimestamp();
                for (int i = 0; i < products; i++)
                    if (precision == Precision.Float32) kernels.MatMul(a, false, b, false, c);
                    else kernels.MatMul(a, packed, c);
                best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds / products);
            }
            yield return new GemmRate(m, n, k, flops / best / 1e9, flops / best / peak);
        }
    }

    static Tensor Filled(int rows, int columns, Random random)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        foreach (ref float x in tensor.Span) x = random.NextSingle() - .5f;
        return tensor;
    }
}
