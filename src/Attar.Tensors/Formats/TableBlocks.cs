using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Formats;

// Blocks whose 4 bits choose one of sixteen values (block_iq4_nl, block_iq4_xs and block_mxfp4 of ggml-common.h);
// those of value j of 32 stand in the lower half of byte j, those of value 16 + j in its upper half.

/// <summary>d, 16 bytes: d table[q], the table dense about zero as weights are.</summary>
unsafe struct IQ4_NL : IBlock
{
    static Vector128<sbyte> Table => Vector128.Create(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

    public static int Bytes => 18;
    public static int Values => 32;

    public static void Widen(byte* block, float* to) => Widen(block + 2, HalfWords.At(block), to);

    public static void Widen(byte* values, float scale, float* to) => Widen(values, Table, scale, to);

    /// <summary>The chosen values of a table, times a scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(byte* values, Vector128<sbyte> table, float scale, float* to)
    {
        Quanta.Write(Vector128.ShuffleNative(table, Quanta.Lower(values).AsSByte()), scale, to);
        Quanta.Write(Vector128.ShuffleNative(table, Quanta.Upper(values).AsSByte()), scale, to + 16);
    }
}

/// <summary>d, eight scales of 6 bits (the upper two of each in one 16-bit word, the lower four in 4 bytes), 8 times 16 bytes: d (scale - 32) table[q].</summary>
unsafe struct IQ4_XS : IBlock
{
    public static int Bytes => 136;
    public static int Values => 256;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block);
        for (int group = 0; group < 8; group++)
        {
            int scale = block[4 + group / 2] >> group % 2 * 4 & 15 | (block[2 + group / 4] >> group % 4 * 2 & 3) << 4;
            IQ4_NL.Widen(block + 8 + 16 * group, d * (scale - 32), to + 32 * group);
        }
    }
}

/// <summary>An exponent e, 16 bytes: 2^(e - 127) times a float of a sign, two bits of exponent and one of fraction (OCP Microscaling Formats 1.0, 2023).</summary>
unsafe struct MXFP4 : IBlock
{
    /// <summary>The floats doubled, so that they are whole.</summary>
    static Vector128<sbyte> Table => Vector128.Create(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

    public static int Bytes => 17;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float half = BitConverter.UInt32BitsToSingle(block[0] < 2 ? 0x00200000u << block[0] : (uint)(block[0] - 1) << 23); // 2^(e - 128), the first two below the normal range
        IQ4_NL.Widen(block + 1, Table, half, to);
    }
}
