using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu.BFloat16;

/// <summary>Float32 rounded to bfloat16, to nearest and halves to even, two steps of k to a 32-bit word.</summary>
static unsafe class BFloatPacking
{
    /// <summary>words[i] = (row[2 i], row[2 i + 1]); a last odd one is paired with zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(float* row, int count, uint* words)
    {
        int i = 0, width = Vector<uint>.Count;
        // what was rounded in place is narrowed: the upper halves of two vectors become one of neighbours
        for (; i + 2 * width <= count; i += 2 * width)
            Vector.AsVectorUInt32(Vector.Narrow(Rounded(row + i) >> 16, Rounded(row + i + width) >> 16)).Store(words + i / 2);
        for (; i < count; i += 2) words[i / 2] = BFloatWords.Rounded(row[i]) >> 16 | (i + 1 < count ? BFloatWords.Rounded(row[i + 1]) & 0xFFFF0000 : 0);
    }

    /// <summary>words[j] = (first[j], second[j]); without a second, paired with zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pair(float* first, float* second, int count, uint* words)
    {
        int j = 0, width = Vector<uint>.Count;
        if (second != null)
            for (; j + width <= count; j += width) (Rounded(first + j) >> 16 | Rounded(second + j) & new Vector<uint>(0xFFFF0000)).Store(words + j);
        for (; j < count; j++) words[j] = BFloatWords.Rounded(first[j]) >> 16 | (second == null ? 0 : BFloatWords.Rounded(second[j]) & 0xFFFF0000);
    }

    /// <inheritdoc cref="Row(float*, int, uint*)"/>
    public static void Row(ushort* row, int count, uint* words)
    {
        if (count % 2 != 0) words[count / 2] = 0;
        Unsafe.CopyBlockUnaligned(words, row, (uint)count * sizeof(ushort));
    }

    /// <inheritdoc cref="Pair(float*, float*, int, uint*)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pair(ushort* first, ushort* second, int count, uint* words)
    {
        int j = 0, width = Vector<ushort>.Count;
        if (second != null)
            for (; j + width <= count; j += width)
            {
                Vector.Widen(Vector.Load(first + j), out Vector<uint> lower, out Vector<uint> upper);
                Vector.Widen(Vector.Load(second + j), out Vector<uint> lowerSecond, out Vector<uint> upperSecond);
                (lower | lowerSecond << 16).Store(words + j);
                (upper | upperSecond << 16).Store(words + j + width / 2);
            }
        for (; j < count; j++) words[j] = first[j] | (second == null ? 0 : (uint)second[j] << 16);
    }

    /// <summary>The bits of x with the lower half rounded into the upper. Infinity stays, and so does what is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<uint> Rounded(float* x)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(Vector.Load(x));
        Vector<uint> rounded = bits + (bits >> 16 & Vector<uint>.One) + new Vector<uint>(0x7FFF);
        return Vector.ConditionalSelect(Vector.AsVectorUInt32(Vector.Equals(Vector.Load(x), Vector.Load(x))), rounded, bits | new Vector<uint>(0x10000));
    }
}
