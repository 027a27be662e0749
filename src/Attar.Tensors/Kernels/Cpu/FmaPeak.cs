using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>The most float32 operations a second that the processor gives: independent fused multiply-adds in registers. The floor that products are measured against.</summary>
public static class FmaPeak
{
    const int Turns = 4_000_000, Chains = 10;

    /// <summary>Best of several runs, all threads at once.</summary>
    public static double FlopsPerSecond(int threads)
    {
        using var team = new ThreadTeam(threads);
        bool wide = Vector512.IsHardwareAccelerated;
        double best = 0, flops = 2.0 * Turns * Chains * (wide ? 16 : 8) * threads;
        for (int run = 0; run < 8; run++)
        {
            long began = Stopwatch.GetTimestamp();
            team.For(threads, (_, _) => Sink = wide ? Run512() : Run256());
            best = Math.Max(best, flops / Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return best;
    }

    static float Sink { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Run256()
    {
        Vector256<float> x = Vector256.Create(.999f), y = Vector256.Create(.001f), a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (int turn = 0; turn < Turns; turn++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y); b = Vector256.FusedMultiplyAdd(b, x, y); c = Vector256.FusedMultiplyAdd(c, x, y); d = Vector256.FusedMultiplyAdd(d, x, y); e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y); g = Vector256.FusedMultiplyAdd(g, x, y); h = Vector256.FusedMultiplyAdd(h, x, y); i = Vector256.FusedMultiplyAdd(i, x, y); j = Vector256.FusedMultiplyAdd(j, x, y);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Run512()
    {
        Vector512<float> x = Vector512.Create(.999f), y = Vector512.Create(.001f), a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
        for (int turn = 0; turn < Turns; turn++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y); b = Vector512.FusedMultiplyAdd(b, x, y); c = Vector512.FusedMultiplyAdd(c, x, y); d = Vector512.FusedMultiplyAdd(d, x, y); e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y); g = Vector512.FusedMultiplyAdd(g, x, y); h = Vector512.FusedMultiplyAdd(h, x, y); i = Vector512.FusedMultiplyAdd(i, x, y); j = Vector512.FusedMultiplyAdd(j, x, y);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
    }
}
