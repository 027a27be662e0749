using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>A row of activations as bytes.</summary>
static unsafe class QuantizedRow
{
    /// <summary>Writes q = round(x / scale) + zero, in 0..255, so that 0 is exact and the row's range just fits; filled up with zeros to whole fours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Scale, int Zero) Write(float* x, int count, byte* to)
    {
        (float least, float most) = Range(x, count);
        float scale = (most - least) / 255;
        if (!(scale > 0)) scale = 1; // all zero; NaN makes a NaN of the row's results below
        float inverse = 1 / scale;
        int zero = (int)MathF.Round(-least * inverse);
        float offset = zero + .5f; // conversion cuts off, and nothing is below zero
        Vector<float> inverses = new(inverse), offsets = new(offset);
        int i = 0, width = Vector<float>.Count;
        for (; i + 4 * width <= count; i += 4 * width)
            Vector.Narrow(
                Vector.Narrow(Whole(x + i, inverses, offsets), Whole(x + i + width, inverses, offsets)),
                Vector.Narrow(Whole(x + i + 2 * width, inverses, offsets), Whole(x + i + 3 * width, inverses, offsets))).Store(to + i);
        for (; i < count; i++) to[i] = (byte)MathF.Min(255, MathF.FusedMultiplyAdd(x[i], inverse, offset));
        for (; i % 4 != 0; i++) to[i] = 0;
        return (float.IsFinite(most - least) ? scale : float.NaN, zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<uint> Whole(float* x, Vector<float> inverse, Vector<float> offset) =>
        Vector.AsVectorUInt32(Vector.ConvertToInt32Native(Vector.Min(Vector.FusedMultiplyAdd(Vector.Load(x), inverse, offset), new Vector<float>(255f))));

    /// <summary>The least and the largest value, and 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (float Least, float Most) Range(float* x, int count)
    {
        Vector<float> least = default, most = default, least2 = default, most2 = default; // two chains: a comparison need not wait for the one before
        int i = 0, width = Vector<float>.Count;
        for (; i + 2 * width <= count; i += 2 * width)
        {
            Vector<float> value = Vector.Load(x + i), value2 = Vector.Load(x + i + width);
            (least, most) = (Vector.Min(least, value), Vector.Max(most, value));
            (least2, most2) = (Vector.Min(least2, value2), Vector.Max(most2, value2));
        }
        (float low, float high) = (-VectorMath.MaxAcross(-Vector.Min(least, least2)), VectorMath.MaxAcross(Vector.Max(most, most2)));
        for (; i < count; i++) (low, high) = (MathF.Min(low, x[i]), MathF.Max(high, x[i]));
        return (low, high);
    }
}
