using System.Runtime.Intrinsics;

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
        Vector128<sbyte> middle = Vector128.Create((sbyte)8);
        Quanta.Write(Quanta.Lower(block + 2).AsSByte() - middle, d, to);
        Quanta.Write(Quanta.Upper(block + 2).AsSByte() - middle, d, to + 16);
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
        Quanta.Write(Quanta.Lower(block + 4).AsSByte(), d, m, to);
        Quanta.Write(Quanta.Upper(block + 4).AsSByte(), d, m, to + 16);
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
        Vector128<sbyte> middle = Vector128.Create((sbyte)16);
        Quanta.Write((Quanta.Lower(block + 6) | Quanta.Bits(block + 2, 16)).AsSByte() - middle, d, to);
        Quanta.Write((Quanta.Upper(block + 6) | Quanta.Bits(block + 4, 16)).AsSByte() - middle, d, to + 16);
    }
}

/// <summary>d, m, 4 bytes of fifth bits, 16 bytes: d q + m.</summary>
unsafe struct Q5_1 : IBlock
{
    public static int Bytes => 24;
    public static int Values => 32;

    public static void Widen(byte* block, float* to)
    {
        float d = HalfWords.At(block), m = HalfWords.At(block + 2);
        Quanta.Write((Quanta.Lower(block + 8) | Quanta.Bits(block + 4, 16)).AsSByte(), d, m, to);
        Quanta.Write((Quanta.Upper(block + 8) | Quanta.Bits(block + 6, 16)).AsSByte(), d, m, to + 16);
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
        Quanta.Write(Vector128.Load((sbyte*)block + 2), d, to);
        Quanta.Write(Vector128.Load((sbyte*)block + 18), d, to + 16);
    }
}
