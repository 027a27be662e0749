using System.Numerics;

namespace Attar.Tensors;

/// <summary>Numbers in bfloat16, each the upper half of a float32 (Kalamkar et al. 2019).</summary>
public static unsafe class BFloatWords
{
    /// <summary>The same numbers in float32.</summary>
    public static void Widen(ReadOnlySpan<ushort> words, Span<float> to)
    {
        if (to.Length < words.Length) throw new ArgumentException($"expected room for {words.Length} values, got {to.Length}");
        fixed (ushort* from = words)
        fixed (float* target = to) Widen(from, target, words.Length);
    }

    /// <inheritdoc cref="Widen(ReadOnlySpan{ushort}, Span{float})"/>
    internal static void Widen(ushort* words, float* to, int count)
    {
        int i = 0, width = Vector<ushort>.Count;
        for (; i + width <= count; i += width)
        {
            Vector.Widen(Vector.Load(words + i), out Vector<uint> low, out Vector<uint> high);
            Vector.AsVectorSingle(low << 16).Store(to + i);
            Vector.AsVectorSingle(high << 16).Store(to + i + width / 2);
        }
        for (; i < count; i++) to[i] = BitConverter.UInt32BitsToSingle((uint)words[i] << 16);
    }

    /// <summary>words[i] = x[i], rounded to nearest and halves to even. Infinity stays, and so does what is no number.</summary>
    internal static void Round(float* x, ushort* words, int count)
    {
        for (int i = 0; i < count; i++) words[i] = (ushort)(Rounded(x[i]) >> 16);
    }

    /// <summary>The bits of x with the lower half rounded into the upper.</summary>
    internal static uint Rounded(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x);
        return float.IsNaN(x) ? bits | 0x10000 : bits + (bits >> 16 & 1) + 0x7FFF;
    }
}
