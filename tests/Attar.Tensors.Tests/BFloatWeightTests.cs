using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

/// <summary>A weight kept in bfloat16 gives, to the bit, what the same numbers give in float32.</summary>
public class BFloatWeightTests
{
    [Fact]
    public void A_word_is_the_upper_half_of_a_float32()
    {
        float[] values = [0, -0f, 1, -1.5f, 3.140625f, float.PositiveInfinity, float.Epsilon * 65536, float.MaxValue];
        ushort[] words = [.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
        float[] wide = new float[8];
        BFloatWords.Widen(words, wide);
        Assert.Equal([.. values[..7], 3.3895314e38f], wide);
    }

    public static TheoryData<InstructionSet, Precision> Kinds => new()
    {
        { InstructionSet.Portable, Precision.Float32 }, { InstructionSet.Vector256, Precision.Float32 }, { InstructionSet.Vector512, Precision.Float32 }, { InstructionSet.Widest, Precision.BFloat16 },
    };

    /// <summary>Shapes on both sides of what is computed alone, packed, or read where it lies.</summary>
    [Theory, MemberData(nameof(Kinds))]
    public void Products_are_those_of_the_widened_weight(InstructionSet set, Precision products)
    {
        var random = new Random(1);
        foreach (int threads in (int[])[1, 2])
        {
            using var kernels = new CpuKernels(threads, set) { Products = products };
            foreach ((int m, int n, int k) in new[] { (0, 3, 3), (1, 1, 1), (5, 33, 7), (13, 40, 300), (97, 256, 601), (40, 300, 257), (131, 64, 64) })
                foreach (bool transposed in (bool[])[false, true])
                {
                    using Tensor a = Filled(random, m, k), weight = Words(random, transposed ? n : k, transposed ? k : n), wide = weight.Widened(), bias = Filled(random, 1, n);
                    Same(m, n, c => kernels.MatMul(a, false, weight, transposed, c, bias), c => kernels.MatMul(a, false, wide, transposed, c, bias));
                    Same(m, n, c => kernels.MatMul(a, false, weight, transposed, c, accumulate: true), c => kernels.MatMul(a, false, wide, transposed, c, accumulate: true));
                }
        }
    }

    [Theory, InlineData(Precision.Float32), InlineData(Precision.BFloat16), InlineData(Precision.Int8)]
    public void Packed_it_multiplies_as_the_widened_weight(Precision precision)
    {
        var random = new Random(2);
        using var kernels = new CpuKernels(2);
        using Tensor a = Filled(random, 17, 99), weight = Words(random, 37, 99), wide = weight.Widened();
        using IPackedMatrix packed = kernels.Pack(weight, precision), packedWide = kernels.Pack(wide, precision);
        Same(17, 37, c => kernels.MatMul(a, packed, c), c => kernels.MatMul(a, packedWide, c));
    }

    [Fact]
    public void Rows_are_looked_up_and_added()
    {
        var random = new Random(3);
        using var kernels = new CpuKernels(2);
        using Tensor table = Words(random, 9, 77), wide = table.Widened();
        int[] rows = [8, 0, 3, 3];
        foreach (bool accumulate in (bool[])[false, true]) Same(4, 77, y => kernels.Gather(table, rows, y, accumulate), y => kernels.Gather(wide, rows, y, accumulate));
    }

    [Fact]
    public void Nothing_else_takes_it()
    {
        using var kernels = new CpuKernels(1);
        using Tensor words = Tensor.Zeros(4, 4, NumberFormat.BFloat16), floats = Tensor.Zeros(4, 4);
        Assert.Equal("expected a tensor of Float32, found one of BFloat16", Assert.Throws<InvalidOperationException>(() => words.Span[0]).Message);
        Assert.Throws<InvalidOperationException>(() => floats.Words[0]);
        Assert.Throws<InvalidOperationException>(() => kernels.MatMul(words, false, floats, false, floats));
        Assert.Throws<InvalidOperationException>(() => kernels.AddScaled(words, 1, floats));
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

    static Tensor Words(Random random, int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns, NumberFormat.BFloat16);
        foreach (ref ushort x in tensor.Words) x = (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle() - .5f) >> 16);
        return tensor;
    }
}
