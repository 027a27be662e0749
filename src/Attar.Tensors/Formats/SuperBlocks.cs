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
        for (int i = 0; i < 256; i++)
        {
            byte scales = block[i / 16];
            int q = block[16 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
            to[i] = d * (scales & 15) * q - m * (scales >> 4);
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
        for (int i = 0; i < 256; i++)
        {
            int q = block[32 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3, third = block[i % 32] >> i / 32 & 1;
            to[i] = d * Scale(block + 96, i / 16) * (q + 4 * third - 4);
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
        for (int i = 0; i < 256; i++)
        {
            int q = block[16 + i / 64 * 32 + i % 32] >> i % 64 / 32 * 4 & 15;
            to[i] = d * Scale(block + 4, i / 32) * q - m * Minimum(block + 4, i / 32);
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
        for (int i = 0; i < 256; i++)
        {
            int q = block[48 + i / 64 * 32 + i % 32] >> i % 64 / 32 * 4 & 15, fifth = block[16 + i % 32] >> i / 32 & 1;
            to[i] = d * Q4_K.Scale(block + 4, i / 32) * (q + 16 * fifth) - m * Q4_K.Minimum(block + 4, i / 32);
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
        for (int i = 0; i < 256; i++)
        {
            int lower = block[i / 128 * 64 + i % 64] >> i % 128 / 64 * 4 & 15, upper = block[128 + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
            to[i] = d * (sbyte)block[192 + i / 16] * ((lower | upper << 4) - 32);
        }
    }
}
