using System.Runtime.CompilerServices;
using Attar.Tensors.Formats;

namespace Attar.Tensors;

/// <summary>Numbers in any format as memory holds them: for the quantised ones, blocks of a few bytes that each stand for 32 or 256 values (those of ggml's files).</summary>
public static unsafe class Blocks
{
    /// <summary>Values of a block; 1 where every value stands alone.</summary>
    public static int ValuesOf(NumberFormat format) => format switch
    {
        NumberFormat.Float32 or NumberFormat.BFloat16 or NumberFormat.Float16 => 1,
        NumberFormat.Q4_0 or NumberFormat.Q4_1 or NumberFormat.Q5_0 or NumberFormat.Q5_1 or NumberFormat.Q8_0 or NumberFormat.IQ4_NL or NumberFormat.MXFP4 => 32,
        _ => Longest,
    };

    /// <summary>The most values that a block has.</summary>
    internal const int Longest = 256;

    /// <summary>Bytes of a block.</summary>
    public static int BytesOf(NumberFormat format) => format switch
    {
        NumberFormat.Float32 => sizeof(float),
        NumberFormat.BFloat16 or NumberFormat.Float16 => sizeof(ushort),
        NumberFormat.Q4_0 => Q4_0.Bytes,
        NumberFormat.Q4_1 => Q4_1.Bytes,
        NumberFormat.Q5_0 => Q5_0.Bytes,
        NumberFormat.Q5_1 => Q5_1.Bytes,
        NumberFormat.Q8_0 => Q8_0.Bytes,
        NumberFormat.Q2_K => Q2_K.Bytes,
        NumberFormat.Q3_K => Q3_K.Bytes,
        NumberFormat.Q4_K => Q4_K.Bytes,
        NumberFormat.Q5_K => Q5_K.Bytes,
        NumberFormat.Q6_K => Q6_K.Bytes,
        NumberFormat.IQ4_NL => IQ4_NL.Bytes,
        NumberFormat.IQ4_XS => IQ4_XS.Bytes,
        NumberFormat.MXFP4 => MXFP4.Bytes,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "no format of numbers"),
    };

    /// <summary>Bytes of so many values.</summary>
    /// <exception cref="ArgumentException">when they are no whole number of blocks.</exception>
    public static long SizeOf(NumberFormat format, long values)
    {
        int block = ValuesOf(format);
        if (values < 0 || values % block != 0) throw new ArgumentException($"expected rows of a multiple of {block} values, the blocks of {format}, got {values}");
        return values / block * BytesOf(format);
    }

    /// <summary>The same numbers in float32, exactly as ggml computes them.</summary>
    /// <param name="blocks">A whole number of blocks.</param>
    /// <param name="values">Room for all of their values; more is left as it is.</param>
    public static void Widen(NumberFormat format, ReadOnlySpan<byte> blocks, Span<float> values)
    {
        if (blocks.Length % BytesOf(format) != 0) throw new ArgumentException($"expected a multiple of {BytesOf(format)} bytes, the blocks of {format}, got {blocks.Length}");
        int count = checked(blocks.Length / BytesOf(format) * ValuesOf(format));
        if (values.Length < count) throw new ArgumentException($"expected room for {count} values, got {values.Length}");
        fixed (byte* from = blocks)
        fixed (float* to = values) Widen(format, from, to, count);
    }

    /// <inheritdoc cref="Widen(NumberFormat, ReadOnlySpan{byte}, Span{float})"/>
    internal static void Widen(NumberFormat format, byte* blocks, float* to, int count)
    {
        switch (format)
        {
            case NumberFormat.Float32: new ReadOnlySpan<float>(blocks, count).CopyTo(new Span<float>(to, count)); break;
            case NumberFormat.BFloat16: BFloatWords.Widen((ushort*)blocks, to, count); break;
            case NumberFormat.Float16: HalfWords.Widen((ushort*)blocks, to, count); break;
            case NumberFormat.Q4_0: Each<Q4_0>(blocks, to, count); break;
            case NumberFormat.Q4_1: Each<Q4_1>(blocks, to, count); break;
            case NumberFormat.Q5_0: Each<Q5_0>(blocks, to, count); break;
            case NumberFormat.Q5_1: Each<Q5_1>(blocks, to, count); break;
            case NumberFormat.Q8_0: Each<Q8_0>(blocks, to, count); break;
            case NumberFormat.Q2_K: Each<Q2_K>(blocks, to, count); break;
            case NumberFormat.Q3_K: Each<Q3_K>(blocks, to, count); break;
            case NumberFormat.Q4_K: Each<Q4_K>(blocks, to, count); break;
            case NumberFormat.Q5_K: Each<Q5_K>(blocks, to, count); break;
            case NumberFormat.Q6_K: Each<Q6_K>(blocks, to, count); break;
            case NumberFormat.IQ4_NL: Each<IQ4_NL>(blocks, to, count); break;
            case NumberFormat.IQ4_XS: Each<IQ4_XS>(blocks, to, count); break;
            case NumberFormat.MXFP4: Each<MXFP4>(blocks, to, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(format), format, "no format of numbers");
        }
    }

    /// <summary>As above, from the middle of a block or to it.</summary>
    /// <param name="skip">Values of the first block to leave out.</param>
    internal static void Widen(NumberFormat format, byte* blocks, int skip, float* to, int count)
    {
        int length = ValuesOf(format), bytes = BytesOf(format);
        if (skip > 0)
        {
            int part = Math.Min(count, length - skip);
            WidenPart(format, blocks, skip, to, part);
            blocks += bytes;
            to += part;
            count -= part;
        }
        int rest = count % length, whole = count - rest;
        Widen(format, blocks, to, whole);
        if (rest > 0) WidenPart(format, blocks + (long)whole / length * bytes, 0, to + whole, rest);
    }

    static void WidenPart(NumberFormat format, byte* block, int skip, float* to, int count)
    {
        float* all = stackalloc float[Longest];
        Widen(format, block, all, ValuesOf(format));
        new ReadOnlySpan<float>(all + skip, count).CopyTo(new Span<float>(to, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Each<TBlock>(byte* blocks, float* to, int count) where TBlock : struct, IBlock
    {
        for (; count > 0; count -= TBlock.Values, blocks += TBlock.Bytes, to += TBlock.Values) TBlock.Widen(blocks, to);
    }
}
