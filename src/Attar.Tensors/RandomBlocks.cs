using System.Buffers.Binary;

namespace Attar.Tensors;

/// <summary>Blocks that stand for random values, for measurements and tests: where their scales stand is all that is not random about them.</summary>
public static class RandomBlocks
{
    const int Sample = 64; // blocks whose spread is measured
    const float Unit = 1 / 1024f;

    /// <summary>Overwrites a tensor of any format of blocks with values about zero.</summary>
    /// <param name="deviation">The values' spread, about.</param>
    public static void Fill(Tensor tensor, float deviation, Random random)
    {
        int bytes = Blocks.BytesOf(tensor.Format);
        byte[] sample = new byte[Sample * bytes];
        float[] values = new float[Sample * Blocks.ValuesOf(tensor.Format)];
        Fill(tensor.Format, sample, Unit, random);
        Blocks.Widen(tensor.Format, sample, values);
        float scale = Unit * deviation / MathF.Sqrt(values.Average(value => value * value));
        for (int row = 0; row < tensor.Rows; row++) Fill(tensor.Format, tensor.BytesOf(row), scale, random);
    }

    static void Fill(NumberFormat format, Span<byte> blocks, float scale, Random random)
    {
        int bytes = Blocks.BytesOf(format);
        random.NextBytes(blocks);
        (int at, int minimumAt, float middle) = Scales(format);
        for (; blocks.Length > 0; blocks = blocks[bytes..])
        {
            float own = scale * (.5f + random.NextSingle());
            if (format == NumberFormat.MXFP4) blocks[0] = (byte)(127 + Math.ILogB(own));
            else BinaryPrimitives.WriteHalfLittleEndian(blocks[at..], (Half)own);
            if (minimumAt > 0) BinaryPrimitives.WriteHalfLittleEndian(blocks[minimumAt..], (Half)(own * middle));
        }
    }

    /// <summary>Where a block has its scale, where its minimum (0: it has none), and the minimum over the scale that puts the values about zero.</summary>
    static (int At, int MinimumAt, float Middle) Scales(NumberFormat format) => format switch
    {
        NumberFormat.Q4_1 => (0, 2, -7.5f),
        NumberFormat.Q5_1 => (0, 2, -15.5f),
        NumberFormat.Q2_K => (80, 82, 1.5f),
        NumberFormat.Q3_K => (108, 0, 0),
        NumberFormat.Q4_K => (0, 2, 7.5f),
        NumberFormat.Q5_K => (0, 2, 15.5f),
        NumberFormat.Q6_K => (208, 0, 0),
        _ => (0, 0, 0),
    };
}
