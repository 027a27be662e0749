using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Formats;

// Blocks of 256 values in groups of 16 or 32, each group with a scale, perhaps a minimum, of a few bits, which are multiples of the block's halves d and m
// (block_q2_K to block_q6_K of ggml-common.h). The bits of values lie in planes: byte l of 32 holds those of values l, 32 + l, 64 + l and so on, lowest first.

/// <summary>16 bytes of scales (lower half) and minima (upper half), 64 bytes of 2 bits, d, m: d scale q - m minimum.</summary>
unsafe struct Q2_K : IBlock
{
    public static int Bytes => 84;
    public static int Values => 256;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block + 80), m = HalfWords.At(block + 82);
        for (int group = 0; group < 16; group++)
        {
            byte* from = block + 16 + group / 8 * 32 + group % 2 * 16;
            Quanta.Write(Quanta.Pair(from, group % 8 / 2 * 2).AsSByte(), d * (block[group] & 15), -(m * (block[group] >> 4)), to + 16 * group);
        }
    }
}

/// <summary>32 bytes of third bits, 64 bytes of 2 bits, 12 bytes of scales, d: d (scale - 32) (q - 4).</summary>
unsafe struct Q3_K : IBlock
{
    public static int Bytes => 110;
    public static int Values => 256;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block + 108);
        for (int group = 0; group < 16; group++)
        {
            int half = group % 2 * 16;
            Vector128<byte> q = Quanta.Pair(block + 32 + group / 8 * 32 + half, group % 8 / 2 * 2) | Quanta.Bit(block + half, group / 2, set: 4);
            Quanta.Write(q.AsSByte() - Vector128.Create((sbyte)4), d * Scale(block + 96, group), to + 16 * group);
        }
    }

    /// <summary>Four bits in halves of the first eight bytes, two in quarters of the last four.</summary>
    static int Scale(byte* scales, int group) => (scales[group % 8] >> group / 8 * 4 & 15 | (scales[8 + group % 4] >> group / 4 * 2 & 3) << 4) - 32;
}

/// <summary>d, m, 12 bytes of scales and minima, 128 bytes of 4 bits: d scale q - m minimum.</summary>
unsafe struct Q4_K : IBlock
{
    public static int Bytes => 144;
    public static int Values => 256;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block), m = HalfWords.At(block + 2);
        byte* scales = block + 4, from = block + 16;
        for (int group = 0; group < 8; group += 2, from += 32, to += 64)
        {
            float scale = d * Scale(scales, group), offset = -(m * Minimum(scales, group)), upperScale = d * Scale(scales, group + 1), upperOffset = -(m * Minimum(scales, group + 1));
            Quanta.Write(Quanta.Lower(from).AsSByte(), scale, offset, to);
            Quanta.Write(Quanta.Lower(from + 16).AsSByte(), scale, offset, to + 16);
            Quanta.Write(Quanta.Upper(from).AsSByte(), upperScale, upperOffset, to + 32);
            Quanta.Write(Quanta.Upper(from + 16).AsSByte(), upperScale, upperOffset, to + 48);
        }
    }

    /// <summary>Six bits of the first four bytes; of the last four groups, four in the last bytes' lower halves and two at the top of the first bytes.</summary>
    public static int Scale(byte* scales, int group) => group < 4 ? scales[group] & 63 : scales[4 + group] & 15 | scales[group - 4] >> 6 << 4;

    /// <summary>Likewise of the middle four bytes, and in the last bytes' upper halves.</summary>
    public static int Minimum(byte* scales, int group) => group < 4 ? scales[4 + group] & 63 : scales[4 + group] >> 4 | scales[group] >> 6 << 4;
}

/// <summary>d, m, 12 bytes of scales and minima, 32 bytes of fifth bits, 128 bytes of 4 bits: d scale q - m minimum.</summary>
unsafe struct Q5_K : IBlock
{
    public static int Bytes => 176;
    public static int Values => 256;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block), m = HalfWords.At(block + 2);
        byte* scales = block + 4, fifth = block + 16, from = block + 48;
        for (int group = 0; group < 8; group += 2, from += 32, to += 64)
        {
            float scale = d * Q4_K.Scale(scales, group), offset = -(m * Q4_K.Minimum(scales, group)), upperScale = d * Q4_K.Scale(scales, group + 1), upperOffset = -(m * Q4_K.Minimum(scales, group + 1));
            Quanta.Write((Quanta.Lower(from) | Quanta.Bit(fifth, group, set: 16)).AsSByte(), scale, offset, to);
            Quanta.Write((Quanta.Lower(from + 16) | Quanta.Bit(fifth + 16, group, set: 16)).AsSByte(), scale, offset, to + 16);
            Quanta.Write((Quanta.Upper(from) | Quanta.Bit(fifth, group + 1, set: 16)).AsSByte(), upperScale, upperOffset, to + 32);
            Quanta.Write((Quanta.Upper(from + 16) | Quanta.Bit(fifth + 16, group + 1, set: 16)).AsSByte(), upperScale, upperOffset, to + 48);
        }
    }
}

/// <summary>128 bytes of 4 bits, 64 of upper 2 bits, 16 scales as signed bytes, d: d scale (q - 32).</summary>
/// <remarks>Of each 128 values the lower four bits of the first 64 stand in the lower halves of 64 bytes, those of the others in the upper halves.</remarks>
unsafe struct Q6_K : IBlock
{
    public static int Bytes => 210;
    public static int Values => 256;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block + 208);
        for (int run = 0; run < 4; run++)
        {
            int half = run / 2, part = run % 2;
            byte* four = block + 64 * half + 16 * part, two = block + 128 + 32 * half + 16 * part;
            sbyte* scales = (sbyte*)block + 192 + 8 * half + part;
            float* at = to + 128 * half + 16 * part;
            Quanta.Write(Whole(Quanta.Lower(four), two, 0), d * scales[0], at);
            Quanta.Write(Whole(Quanta.Lower(four + 32), two, 2), d * scales[2], at + 32);
            Quanta.Write(Whole(Quanta.Upper(four), two, 4), d * scales[4], at + 64);
            Quanta.Write(Whole(Quanta.Upper(four + 32), two, 6), d * scales[6], at + 96);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<sbyte> Whole(Vector128<byte> lower, byte* upper, int place) => (lower | Quanta.Pair(upper, place) << 4).AsSByte() - Vector128.Create((sbyte)32);
}
