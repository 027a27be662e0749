namespace Attar.Tensors.Tests;

/// <summary>Blocks value by value, as ggml-common.h lays them out and ggml-quants.c computes them.</summary>
static class PlainBlocks
{
    public static float[] Widen(NumberFormat format, ReadOnlySpan<byte> blocks)
    {
        int bytes = Blocks.BytesOf(format), values = Blocks.ValuesOf(format), count = blocks.Length / bytes;
        float[] wide = new float[count * values];
        for (int block = 0; block < count; block++)
            for (int i = 0; i < values; i++) wide[block * values + i] = Value(format, blocks.Slice(block * bytes, bytes), i);
        return wide;
    }

    /// <summary>Value i of a block.</summary>
    static float Value(NumberFormat format, ReadOnlySpan<byte> b, int i)
    {
        switch (format)
        {
            case NumberFormat.Float16: return Half(b, 0);
            case NumberFormat.BFloat16: return BitConverter.UInt32BitsToSingle((uint)(b[0] | b[1] << 8) << 16);
            case NumberFormat.Q4_0: return Half(b, 0) * (Nibble(b[2..], i) - 8);
            case NumberFormat.Q4_1: return Half(b, 0) * Nibble(b[4..], i) + Half(b, 2);
            case NumberFormat.Q5_0: return Half(b, 0) * (Nibble(b[6..], i) + FifthBit(b[2..], i) - 16);
            case NumberFormat.Q5_1: return Half(b, 0) * (Nibble(b[8..], i) + FifthBit(b[4..], i)) + Half(b, 2);
            case NumberFormat.Q8_0: return Half(b, 0) * (sbyte)b[2 + i];
            case NumberFormat.IQ4_NL: return Half(b, 0) * Uneven[Nibble(b[2..], i)];
            case NumberFormat.MXFP4: return MathF.ScaleB(1, b[0] - 128) * Doubled[Nibble(b[1..], i)];
            case NumberFormat.Q2_K: return Half(b, 80) * (b[i / 16] & 15) * Pair(b[16..], i) - Half(b, 82) * (b[i / 16] >> 4);
            case NumberFormat.Q3_K:
                int group = i / 16, scale = b[96 + group % 8] >> group / 8 * 4 & 15 | (b[104 + group % 4] >> group / 4 * 2 & 3) << 4;
                return Half(b, 108) * (scale - 32) * (Pair(b[32..], i) - ((b[i % 32] >> i / 32 & 1) == 0 ? 4 : 0));
            case NumberFormat.Q4_K: return Half(b, 0) * Scale(b[4..], i / 32) * Plane(b[16..], i) - Half(b, 2) * Minimum(b[4..], i / 32);
            case NumberFormat.Q5_K:
                int fifth = (b[16 + i % 32] >> i / 32 & 1) << 4;
                return Half(b, 0) * Scale(b[4..], i / 32) * (Plane(b[48..], i) + fifth) - Half(b, 2) * Minimum(b[4..], i / 32);
            case NumberFormat.Q6_K:
                int lower = b[i / 128 * 64 + i % 64] >> i % 128 / 64 * 4 & 15;
                return Half(b, 208) * (sbyte)b[192 + i / 16] * ((lower | Pair(b[128..], i) << 4) - 32);
            case NumberFormat.IQ4_XS:
                int part = i / 32, six = b[4 + part / 2] >> part % 2 * 4 & 15 | (b[2 + part / 4] >> part % 4 * 2 & 3) << 4;
                return Half(b, 0) * (six - 32) * Uneven[Nibble(b.Slice(8 + part * 16, 16), i % 32)];
            default: throw new ArgumentOutOfRangeException(nameof(format));
        }
    }

    static ReadOnlySpan<sbyte> Uneven => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
    static ReadOnlySpan<sbyte> Doubled => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    static float Half(ReadOnlySpan<byte> b, int at) => (float)BitConverter.ToHalf(b[at..]);

    /// <summary>Of 32 values: the first 16 in the lower halves of 16 bytes, the others in the upper.</summary>
    static int Nibble(ReadOnlySpan<byte> b, int i) => b[i % 16] >> i / 16 * 4 & 15;

    static int FifthBit(ReadOnlySpan<byte> b, int i) => (b[i / 8] >> i % 8 & 1) << 4;

    /// <summary>Of 256 values: 32 bytes hold two bits of each of 128.</summary>
    static int Pair(ReadOnlySpan<byte> b, int i) => b[i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;

    /// <summary>Of 256 values: 32 bytes hold four bits of each of 64.</summary>
    static int Plane(ReadOnlySpan<byte> b, int i) => b[i / 64 * 32 + i % 32] >> i % 64 / 32 * 4 & 15;

    static int Scale(ReadOnlySpan<byte> b, int group) => group < 4 ? b[group] & 63 : b[4 + group] & 15 | b[group - 4] >> 6 << 4;

    static int Minimum(ReadOnlySpan<byte> b, int group) => group < 4 ? b[4 + group] & 63 : b[4 + group] >> 4 | b[group] >> 6 << 4;
}
