using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tensors.Tests;

/// <summary>Blocks of each format against values worked out by hand, and against those of llama.cpp's own Python package where they lie.</summary>
public class BlockFormatTests
{
    public static TheoryData<NumberFormat> Quantised => [.. Enum.GetValues<NumberFormat>().Where(format => Blocks.ValuesOf(format) > 1)];

    public static TheoryData<NumberFormat> Reduced => [.. Enum.GetValues<NumberFormat>().Where(format => format != NumberFormat.Float32)];

    [Fact]
    public void A_block_of_four_bits_is_a_scale_and_nibbles_above_minus_eight()
    {
        byte[] block = [.. Half(.5f), 0x80, 0xF1, .. Enumerable.Repeat((byte)0x98, 14)];
        float[] values = new float[32];
        Blocks.Widen(NumberFormat.Q4_0, block, values);
        Assert.Equal([-4, -3.5f, 0, 0], values[..4]);
        Assert.Equal([0, 3.5f, .5f, .5f], values[16..20]);
    }

    [Theory, MemberData(nameof(Reduced))]
    public void The_values_are_those_of_ggml(NumberFormat format)
    {
        string path = Path.Combine(SharedModels.Folder, "fixtures", "gguf", "blocks", Names(format));
        Assert.SkipUnless(File.Exists(path + ".bin"), SharedModels.Missing);
        byte[] blocks = File.ReadAllBytes(path + ".bin");
        float[] values = new float[16 * 512];
        Assert.Equal(blocks.Length, Blocks.SizeOf(format, values.Length));
        Blocks.Widen(format, blocks, values);
        Assert.Equal(File.ReadAllBytes(path + ".f32"), MemoryMarshal.AsBytes(values.AsSpan()));
    }

    [Theory, MemberData(nameof(Reduced))]
    public void Any_bytes_are_what_the_layout_says_value_by_value(NumberFormat format) => Check.QuickThrowOnFailure(Prop.ForAll<int, PositiveInt>((seed, blocks) =>
    {
        byte[] bytes = new byte[blocks.Get % 9 * Blocks.BytesOf(format)];
        new Random(seed).NextBytes(bytes);
        float[] values = new float[bytes.Length / Blocks.BytesOf(format) * Blocks.ValuesOf(format)], expected = PlainBlocks.Widen(format, bytes);
        Blocks.Widen(format, bytes, values);
        Assert.Equal(expected.Select(Bits), values.Select(Bits));
    }));

    [Fact]
    public void Every_half_is_widened_exactly()
    {
        byte[] halves = MemoryMarshal.AsBytes(Enumerable.Range(0, 1 << 16).Select(word => (ushort)word).ToArray().AsSpan()).ToArray();
        float[] values = new float[1 << 16];
        Blocks.Widen(NumberFormat.Float16, halves, values);
        Assert.Equal(PlainBlocks.Widen(NumberFormat.Float16, halves).Select(Bits), values.Select(Bits));
    }

    [Theory, MemberData(nameof(Quantised))]
    public void Zero_bytes_are_zeros(NumberFormat format)
    {
        using Tensor tensor = Tensor.Zeros(3, 512, format), wide = tensor.Widened();
        Assert.Equal(3 * 512 / Blocks.ValuesOf(format) * Blocks.BytesOf(format), tensor.Bytes.Length);
        Assert.All(wide.Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_row_of_part_of_a_block_is_refused()
    {
        Assert.Equal("expected rows of a multiple of 32 values, the blocks of Q4_0, got 48", Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 48, NumberFormat.Q4_0)).Message);
        Assert.Equal("expected rows of a multiple of 256 values, the blocks of Q6_K, got 32", Assert.Throws<ArgumentException>(() => Blocks.SizeOf(NumberFormat.Q6_K, 32)).Message);
        Assert.Throws<ArgumentException>(() => Blocks.Widen(NumberFormat.Q8_0, new byte[33], new float[32]));
        Assert.Throws<ArgumentException>(() => Blocks.Widen(NumberFormat.Q8_0, new byte[34], new float[31]));
    }

    static string Names(NumberFormat format) => format switch { NumberFormat.BFloat16 => "BF16", NumberFormat.Float16 => "F16", _ => format.ToString() };

    /// <summary>What is no number is one thing, whatever its bits.</summary>
    static int Bits(float value) => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value);

    static byte[] Half(float value) => BitConverter.GetBytes((Half)value);
}
