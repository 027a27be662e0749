using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Elementary functions on vectors of whatever width the processor has.</summary>
static unsafe class VectorMath
{
    /// <summary>e^x within 2 units in the last place: 2^n times a degree-6 polynomial on |r| &lt;= ln2/2; 0 below -87, capped above 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        Vector<float> bounded = Vector.Min(Vector.Max(x, new Vector<float>(-87.3f)), new Vector<float>(88.3f));
        Vector<float> n = Vector.Floor(Vector.FusedMultiplyAdd(bounded, new Vector<float>(1.44269504f), new Vector<float>(.5f)));
        Vector<float> r = Vector.FusedMultiplyAdd(n, new Vector<float>(-.693359375f), bounded); // ln 2 in two parts keeps r exact
        r = Vector.FusedMultiplyAdd(n, new Vector<float>(2.12194440e-4f), r);
        Vector<float> p = new(1f / 720);
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1f / 120));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1f / 24));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(1f / 6));
        p = Vector.FusedMultiplyAdd(p, r, new Vector<float>(.5f));
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        p = Vector.FusedMultiplyAdd(p, r, Vector<float>.One);
        Vector<float> power = Vector.AsVectorSingle((Vector.ConvertToInt32(n) + new Vector<int>(127)) << 23);
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-87.3f)), Vector<float>.Zero, p * power);
    }

    /// <summary>x Φ(x), the exact GELU. Φ is 1/2 + y P(y²) / Q(y²) on y = x within ±5.5, a fit by Fixtures/fit_gelu.py of the tests, within 2e-7; 0 below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Gelu(Vector<float> x)
    {
        Vector<float> y = Vector.Min(Vector.Max(x, new Vector<float>(-5.5f)), new Vector<float>(5.5f)), s = y * y;
        Vector<float> above = new(2.2749568e-8f);
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(6.3517064e-6f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.00016880197f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.0046771187f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.033850584f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.39894223f));
        Vector<float> below = new(1.1974787e-6f);
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(7.363851e-5f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.0018843147f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.02864465f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.25151676f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(1));
        Vector<float> cdf = new Vector<float>(.5f) + y * above / below;
        return Vector.ConditionalSelect(Vector.LessThan(x, new Vector<float>(-5.5f)), Vector<float>.Zero, x * cdf);
    }

    /// <summary>The derivative of x Φ(x), Φ(x) + x φ(x), by a fit of the same kind within ±6; error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> GeluSlope(Vector<float> x)
    {
        Vector<float> y = Vector.Min(Vector.Max(x, new Vector<float>(-6)), new Vector<float>(6)), s = y * y;
        Vector<float> above = new(-2.8871686e-11f);
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(1.299899e-8f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(1.1216425e-6f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(3.2028853e-5f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.0002851361f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.013569251f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(-.018042255f));
        above = Vector.FusedMultiplyAdd(above, s, new Vector<float>(.7978845f));
        Vector<float> below = new(3.635211e-7f);
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(1.0811808e-5f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.00025858523f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.004150024f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.04558134f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(.31072024f));
        below = Vector.FusedMultiplyAdd(below, s, new Vector<float>(1));
        return new Vector<float>(.5f) + y * above / below;
    }

    /// <summary>tanh x = 1 - 2 / (e^2x + 1); near 0, where that cancels, its odd series to x^7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x)
    {
        Vector<float> far = Vector<float>.One - new Vector<float>(2) / (Exp(x + x) + Vector<float>.One);
        Vector<float> s = x * x;
        Vector<float> near = x * (Vector<float>.One + s * (new Vector<float>(-1f / 3) + s * (new Vector<float>(2f / 15) + s * new Vector<float>(-17f / 315))));
        return Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(x), new Vector<float>(.15f)), near, far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary>Asks the second-level cache for a line of memory, whether it is there or not; nothing on processors that .NET cannot tell so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(float* line)
    {
        if (Sse.IsSupported) Sse.Prefetch1(line);
    }

    /// <summary>Asks the first-level cache for the lines of so many floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AskNear(float* from, int count)
    {
        const int Line = 16;
        if (!Sse.IsSupported) return;
        for (int i = 0; i < count; i += Line) Sse.Prefetch0(from + i);
    }

    /// <summary>The largest lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector<float> x)
    {
        Vector128<float> four = Vector<float>.Count switch
        {
            16 => Max(Vector256.Max(x.AsVector512().GetLower(), x.AsVector512().GetUpper())),
            8 => Max(x.AsVector256()),
            _ => x.AsVector128(),
        };
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(four[0], four[1]);

        static Vector128<float> Max(Vector256<float> eight) => Vector128.Max(eight.GetLower(), eight.GetUpper());
    }

    /// <summary>x = e^x</summary>
    public static void Exp(Span<float> x)
    {
        int width = Vector<float>.Count, i = 0;
        for (; i + width <= x.Length; i += width) Exp(new Vector<float>(x[i..])).CopyTo(x[i..]);
        if (i == x.Length) return;
        Span<float> tail = stackalloc float[width];
        x[i..].CopyTo(tail);
        Exp(new Vector<float>(tail)).CopyTo(tail);
        tail[..(x.Length - i)].CopyTo(x[i..]);
    }

    /// <summary>x = x Φ(x)</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(Span<float> x)
    {
        int width = Vector<float>.Count, i = 0;
        for (; i + width <= x.Length; i += width) Gelu(new Vector<float>(x[i..])).CopyTo(x[i..]);
        if (i == x.Length) return;
        Span<float> tail = stackalloc float[width];
        tail.Clear();
        x[i..].CopyTo(tail);
        Gelu(new Vector<float>(tail)).CopyTo(tail);
        tail[..(x.Length - i)].CopyTo(x[i..]);
    }

    public static float Dot(float* x, float* y, int count)
    {
        Vector<float> sum = default, second = default, third = default, fourth = default; // four chains: an addition need not wait for the one before
        int i = 0, width = Vector<float>.Count;
        for (; i + 4 * width <= count; i += 4 * width)
        {
            sum = Vector.FusedMultiplyAdd(Vector.Load(x + i), Vector.Load(y + i), sum);
            second = Vector.FusedMultiplyAdd(Vector.Load(x + i + width), Vector.Load(y + i + width), second);
            third = Vector.FusedMultiplyAdd(Vector.Load(x + i + 2 * width), Vector.Load(y + i + 2 * width), third);
            fourth = Vector.FusedMultiplyAdd(Vector.Load(x + i + 3 * width), Vector.Load(y + i + 3 * width), fourth);
        }
        for (; i + width <= count; i += width) sum = Vector.FusedMultiplyAdd(Vector.Load(x + i), Vector.Load(y + i), sum);
        float total = Vector.Sum(sum + second + (third + fourth));
        for (; i < count; i++) total += x[i] * y[i];
        return total;
    }

    /// <summary>y += scale x</summary>
    public static void AddScaled(float* x, float scale, float* y, int count)
    {
        var scales = new Vector<float>(scale);
        int i = 0, width = Vector<float>.Count;
        for (; i + width <= count; i += width) Vector.FusedMultiplyAdd(Vector.Load(x + i), scales, Vector.Load(y + i)).Store(y + i);
        for (; i < count; i++) y[i] += scale * x[i];
    }

    /// <summary>to = x + y; y may be null, for zero.</summary>
    public static void Sum(float* x, float* y, float* to, int count)
    {
        int i = 0, width = Vector<float>.Count;
        if (y == null) new ReadOnlySpan<float>(x, count).CopyTo(new Span<float>(to, count));
        else
        {
            for (; i + width <= count; i += width) (Vector.Load(x + i) + Vector.Load(y + i)).Store(to + i);
            for (; i < count; i++) to[i] = x[i] + y[i];
        }
    }
}
