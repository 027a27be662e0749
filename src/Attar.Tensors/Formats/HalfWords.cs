using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Attar.Tensors.Formats;

/// <summary>Numbers in IEEE 754's half: a sign, five bits of exponent, ten of fraction.</summary>
static unsafe class HalfWords
{
    /// <summary>The same numbers in float32.</summary>
    public static void Widen(ushort* words, float* to, int count) => TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(words, count), new Span<float>(to, count));

    /// <summary>The half at any address: but for zeros, the smallest and what is no number, its bits in their new place and the exponent counted from 127 instead of 15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(byte* place)
    {
        const uint Exponent = 0x7C00;
        ushort bits = (ushort)(place[0] | place[1] << 8);
        return (bits & Exponent) is 0 or Exponent
            ? (float)BitConverter.UInt16BitsToHalf(bits)
            : BitConverter.UInt32BitsToSingle((bits & 0x8000u) << 16 | ((bits & 0x7FFFu) << 13) + ((127 - 15) << 23));
    }
}
