using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Formats;

/// <summary>Sixteen whole numbers of a block at a time: taken from their bits, and written as floats with the widest vectors there are.</summary>
static unsafe class Quanta
{
    /// <summary>The lower halves of 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Lower(byte* from) => Vector128.Load(from) & Vector128.Create((byte)15);

    /// <summary>The upper halves of 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Upper(byte* from) => Shifted(from, 4) & Vector128.Create((byte)15);

    /// <summary>The two bits of each of 16 bytes that begin at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Pair(byte* from, int place) => Shifted(from, place) & Vector128.Create((byte)3);

    /// <summary>A number where the bit of a place is set in each of 16 bytes, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bit(byte* from, int place, byte set) => Where(Vector128.Load(from), Vector128.Create((byte)(1 << place)), set);

    /// <summary>A number where the bit of each of 16 values is set in two bytes, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bits(byte* from, byte set)
    {
        const ulong Everywhere = 0x0101010101010101, Places = 0x8040201008040201;
        return Where(Vector128.Create(from[0] * Everywhere, from[1] * Everywhere).AsByte(), Vector128.Create(Places).AsByte(), set);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<byte> Where(Vector128<byte> bytes, Vector128<byte> bits, byte set) => Vector128.Equals(bytes & bits, bits) & Vector128.Create(set);

    /// <summary>In pairs of bytes: what comes from a neighbour is for the caller to cut off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<byte> Shifted(byte* from, int places) => (Vector128.Load(from).AsUInt16() >>> places).AsByte();

    /// <summary>to[i] = scale numbers[i]</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<sbyte> numbers, float scale, float* to)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            (Wide512(numbers) * scale).Store(to);
            return;
        }
        (Vector256<float> first, Vector256<float> second) = Wide256(numbers);
        (first * scale).Store(to);
        (second * scale).Store(to + 8);
    }

    /// <summary>to[i] = scale numbers[i] + offset, rounded after the product as ggml does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Vector128<sbyte> numbers, float scale, float offset, float* to)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            (Wide512(numbers) * scale + Vector512.Create(offset)).Store(to);
            return;
        }
        (Vector256<float> first, Vector256<float> second) = Wide256(numbers);
        (first * scale + Vector256.Create(offset)).Store(to);
        (second * scale + Vector256.Create(offset)).Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Wide512(Vector128<sbyte> numbers) =>
        Vector512.ConvertToSingle(Vector512.WidenLower(Vector512.WidenLower(numbers.ToVector256().ToVector512())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<float>, Vector256<float>) Wide256(Vector128<sbyte> numbers)
    {
        Vector256<short> shorts = Vector256.WidenLower(numbers.ToVector256());
        (Vector256<int> first, Vector256<int> second) = Vector256.Widen(shorts);
        return (Vector256.ConvertToSingle(first), Vector256.ConvertToSingle(second));
    }
}
