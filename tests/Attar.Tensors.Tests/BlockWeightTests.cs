using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Tensors.Tests;

/// <summary>A weight kept in blocks gives, to the bit, what the same numbers give in float32.</summary>
public sealed class BlockWeightTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    static IEnumerable<NumberFormat> Formats => Enum.GetValues<NumberFormat>().Where(format => format is not (NumberFormat.Float32 or NumberFormat.BFloat16));

    public static TheoryData<InstructionSet, Precision> Kinds => BFloatWeightTests.Kinds;

    public static TheoryData<NumberFormat, Precision> FormatsAndPrecisions => new(Formats.SelectMany(format => Enum.GetValues<Precision>().Select(precision => (format, precision))));

    [Theory, MemberData(nameof(Kinds))]
    public void Products_are_those_of_the_widened_weight(InstructionSet set, Precision products)
    {
        var random = new Random(1);
        foreach (int threads in (int[])[1, 2])
        {
            using var kernels = new CpuKernels(threads, set) { Products = products };
            foreach (NumberFormat format in Formats)
                foreach ((int m, int n, int k) in new[] { (0, 3, 1), (1, 1, 1), (5, 33, 2), (13, 40, 3), (97, 259, 1), (12, 300, 2) })
                {
                    int block = Math.Max(32, Blocks.ValuesOf(format)), inner = k * block;
                    using Tensor weight = Weight(random, n, inner, format), wide = weight.Widened(), x = Filled(random, m, inner), bias = Filled(random, 1, n);
                    Same(m, n, y => kernels.MatMul(x, false, weight, true, y, bias), y => kernels.MatMul(x, false, wide, true, y, bias));
                    Same(m, n, y => kernels.MatMul(x, false, weight, true, y, accumulate: true), y => kernels.MatMul(x, false, wide, true, y, accumulate: true));
                    using Tensor dy = Filled(random, m, n);
                    Same(m, inner, dx => kernels.MatMul(dy, false, weight, false, dx), dx => kernels.MatMul(dy, false, wide, false, dx));
                    Same(m, inner, dx => kernels.MatMul(dy, false, weight, false, dx, accumulate: true), dx => kernels.MatMul(dy, false, wide, false, dx, accumulate: true));
                }
        }
    }

    /// <summary>As many columns as every thread packs its own of, in groups that begin within a block.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Long_rows_are_shared_out_in_the_middle_of_a_block(InstructionSet set, Precision products)
    {
        var random = new Random(2);
        using var kernels = new CpuKernels(2, set) { Products = products };
        foreach (NumberFormat format in (NumberFormat[])[NumberFormat.Q4_1, NumberFormat.Q6_K])
        {
            using Tensor weight = Weight(random, 37, 11 * 256, format), wide = weight.Widened(), dy = Filled(random, 31, 37);
            Same(31, 11 * 256, dx => kernels.MatMul(dy, false, weight, false, dx), dx => kernels.MatMul(dy, false, wide, false, dx));
        }
    }

    [Theory, MemberData(nameof(FormatsAndPrecisions))]
    public void Packed_it_multiplies_as_the_widened_weight(NumberFormat format, Precision precision)
    {
        var random = new Random(3);
        using var kernels = new CpuKernels(2);
        using Tensor a = Filled(random, 17, 512), weight = Weight(random, 37, 512, format), wide = weight.Widened();
        using IPackedMatrix packed = kernels.Pack(weight, precision), packedWide = kernels.Pack(wide, precision), inPlace = kernels.InPlace(weight, precision);
        Same(17, 37, c => kernels.MatMul(a, packed, c), c => kernels.MatMul(a, packedWide, c));
        Same(17, 37, c => kernels.MatMul(a, inPlace, c), c => kernels.MatMul(a, packedWide, c));
    }

    [Fact]
    public void Rows_are_looked_up_and_added()
    {
        var random = new Random(4);
        using var kernels = new CpuKernels(2);
        int[] rows = [8, 0, 3, 3];
        foreach (NumberFormat format in Formats)
        {
            using Tensor table = Weight(random, 9, 768, format), wide = table.Widened();
            foreach (bool accumulate in (bool[])[false, true]) Same(4, 768, y => kernels.Gather(table, rows, y, accumulate), y => kernels.Gather(wide, rows, y, accumulate));
        }
    }

    [Fact]
    public void Blocks_that_end_with_their_file_are_read_where_they_lie()
    {
        var random = new Random(5);
        using var kernels = new CpuKernels(1);
        foreach (NumberFormat format in Formats)
        {
            using Tensor weight = Weight(random, 5, 256, format), x = Filled(random, 3, 256);
            long offset = -weight.Size & (Environment.SystemPageSize - 1); // the last block ends with the last page
            byte[] bytes = new byte[offset + weight.Size];
            weight.Bytes.CopyTo(bytes.AsSpan((int)offset));
            File.WriteAllBytes(path, bytes);
            using var file = new MappedFile(path, writable: false);
            Tensor mapped = file.View(offset, 5, 256, format);
            Assert.True(mapped.IsReadOnly);
            Same(3, 5, y => kernels.MatMul(x, false, mapped, true, y), y => kernels.MatMul(x, false, weight, true, y));
            Same(1, 256, y => kernels.Gather(mapped, new[] { 4 }, y), y => kernels.Gather(weight, new[] { 4 }, y));
            Assert.Throws<ArgumentOutOfRangeException>(() => file.View(offset + 32, 5, 256, format));
        }
        using var other = new MappedFile(path, writable: false);
        Assert.Throws<ArgumentException>(() => other.View(0, 2, 255, NumberFormat.Q8_0));
    }

    [Fact]
    public void Nothing_else_takes_it()
    {
        using var kernels = new CpuKernels(1);
        using Tensor blocks = Tensor.Zeros(32, 32, NumberFormat.Q4_0), floats = Tensor.Zeros(32, 32);
        Assert.Equal("expected a tensor of Float32, found one of Q4_0", Assert.Throws<InvalidOperationException>(() => blocks.Span[0]).Message);
        Assert.Throws<InvalidOperationException>(() => kernels.MatMul(blocks, false, floats, false, floats));
        Assert.Throws<InvalidOperationException>(() => kernels.AddScaled(blocks, 1, floats));
    }

    [Theory, InlineData(NumberFormat.Q4_1), InlineData(NumberFormat.Q3_K), InlineData(NumberFormat.MXFP4)]
    public void A_gradient_goes_back_through_it(NumberFormat format)
    {
        var random = new Random(6);
        using var kernels = new CpuKernels(2);
        using Tensor weight = Weight(random, 7, 256, format), bias = Filled(random, 1, 7), up = Filled(random, 3, 7);
        using var frozen = new Parameter("weight", weight, decays: true) { Frozen = true };
        using var x = new Parameter("x", Filled(random, 3, 256), decays: true);
        using var offset = new Parameter("bias", bias, decays: false);
        using var arena = new Arena();
        var tape = new Tape(kernels, arena, training: true);

        tape.Backward(Linear.Apply(tape, x, frozen, offset), arena.Copy(3, 7, up.Span));

        Assert.Null(frozen.Gradient);
        using Tensor wide = weight.Widened();
        for (int row = 0; row < 3; row++)
            for (int column = 0; column < 256; column += 17)
            {
                const float Step = 1 / 64f;
                double above = Loss(row, column, Step), below = Loss(row, column, -Step);
                Assert.Equal((above - below) / (2 * Step), x.Gradient!.Row(row)[column], 3e-4);
            }

        double Loss(int row, int column, float step)
        {
            float before = x.Value.Row(row)[column];
            x.Value.Row(row)[column] += step;
            using Tensor result = Tensor.Zeros(3, 7);
            kernels.MatMul(x.Value, false, weight, true, result, bias);
            x.Value.Row(row)[column] = before;
            return Enumerable.Range(0, 21).Sum(i => (double)result.Span[i] * up.Span[i]);
        }
    }

    static void Same(int rows, int columns, Action<Tensor> one, Action<Tensor> other)
    {
        using Tensor first = Tensor.Zeros(rows, columns), second = Tensor.Zeros(rows, columns);
        first.Span.Fill(.25f);
        second.Span.Fill(.25f);
        one(first);
        other(second);
        Assert.Equal(second.Span, first.Span);
    }

    static Tensor Filled(Random random, int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        foreach (ref float x in tensor.Span) x = random.NextSingle() - .5f;
        return tensor;
    }

    static Tensor Weight(Random random, int rows, int columns, NumberFormat format)
    {
        Tensor tensor = Tensor.Zeros(rows, columns, format);
        if (format == NumberFormat.Float16)
            for (int row = 0; row < rows; row++)
                foreach (ref Half x in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(tensor.BytesOf(row))) x = (Half)(random.NextSingle() - .5f);
        else RandomBlocks.Fill(tensor, .3f, random);
        return tensor;
    }
}
