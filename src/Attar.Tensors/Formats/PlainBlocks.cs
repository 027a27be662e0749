namespace Attar.Tensors.Formats;

// Blocks of 32 values with one scale d and perhaps a minimum m, both halves (block_q4_0 to block_q8_0 of ggml-common.h).
// Four bits of value j stand in the lower half of byte j, those of value 16 + j in its upper half; a fifth bit of every value in a 32-bit word.

/// <summary>d, 16 bytes: d (q - 8).</summary>
unsafe struct Q4_0 : IBlock
{
    public static int Bytes => 18;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block);
        for (int j = 0; j < 16; j++) (to[j], to[16 + j]) = (((block[2 + j] & 15) - 8) * d, ((block[2 + j] >> 4) - 8) * d);
    }
}

/// <summary>d, m, 16 bytes: d q + m.</summary>
unsafe struct Q4_1 : IBlock
{
    public static int Bytes => 20;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block), m = HalfWords.At(block + 2);
        for (int j = 0; j < 16; j++) (to[j], to[16 + j]) = ((block[4 + j] & 15) * d + m, (block[4 + j] >> 4) * d + m);
    }
}

/// <summary>d, 4 bytes of fifth bits, 16 bytes: d (q - 16).</summary>
unsafe struct Q5_0 : IBlock
{
    public static int Bytes => 22;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block);
        for (int j = 0; j < 16; j++) (to[j], to[16 + j]) = ((FifthBit(block + 2, j) + (block[6 + j] & 15) - 16) * d, (FifthBit(block + 2, 16 + j) + (block[6 + j] >> 4) - 16) * d);
    }

    /// <summary>16 where the bit of a value is set.</summary>
    public static int FifthBit(byte* bits, int value) => (bits[value / 8] >> value % 8 & 1) << 4;
}

/// <summary>d, m, 4 bytes of fifth bits, 16 bytes: d q + m.</summary>
unsafe struct Q5_1 : IBlock
{
    public static int Bytes => 24;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block), m = HalfWords.At(block + 2);
        for (int j = 0; j < 16; j++) (to[j], to[16 + j]) = ((Q5_0.FifthBit(block + 4, j) + (block[8 + j] & 15)) * d + m, (Q5_0.FifthBit(block + 4, 16 + j) + (block[8 + j] >> 4)) * d + m);
    }
}

/// <summary>d, 32 signed bytes: d q.</summary>
unsafe struct Q8_0 : IBlock
{
    public static int Bytes => 34;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block);
        for (int j = 0; j < 32; j++) to[j] = (sbyte)block[2 + j] * d;
    }
}
