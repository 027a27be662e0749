using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

/// <summary>Products of bfloat16 against float64 sums of rounded factors: float32 sums may differ from those by 1e-5 of the magnitudes.</summary>
/// <remarks>Where the processor has no such products the same tests hold for float32 on factors that need no rounding.</remarks>
public class BFloat16Tests
{
    [Theory, InlineData(1), InlineData(2)]
    public void Products_are_those_of_rounded_factors(int threads)
    {
        using var kernels = new CpuKernels(threads) { Products = Precision.BFloat16 };
        var random = new Random(21);
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (12, 32, 32), (13, 33, 33), (17, 37, 101), (97, 64, 257), (131, 161, 600), (300, 70, 1031), (0, 40, 40), (40, 40, 0) })
            for (int transposes = 0; transposes < 4; transposes++)
                MatMulTests.Check(kernels, (rows, columns) => Filled(random, rows, columns), m, n, k, (transposes & 1) > 0, (transposes & 2) > 0);
    }

    [Fact]
    public void A_packed_weight_multiplies_as_the_plain_one()
    {
        using var kernels = new CpuKernels(2) { Products = Precision.BFloat16 };
        var random = new Random(22);
        foreach ((int m, int n, int k) in new[] { (12, 32, 32), (13, 33, 33), (97, 64, 257) })
        {
            using Tensor a = Filled(random, m, k), weight = Filled(random, n, k), bias = Filled(random, 1, n), plain = Tensor.Zeros(m, n), packed = Tensor.Zeros(m, n);
            using IPackedMatrix layout = kernels.Pack(weight, Precision.BFloat16);
            kernels.MatMul(a, false, weight, true, plain, bias);
            kernels.MatMul(a, layout, packed, bias);
            Assert.Equal(plain.Span, packed.Span);
        }
    }

    [Fact]
    public void A_weight_too_large_to_be_laid_out_at_once_multiplies_as_the_packed_one()
    {
        using var kernels = new CpuKernels(2) { Products = Precision.BFloat16 };
        var random = new Random(23);
        using Tensor a = Filled(random, 13, 1031), weight = Filled(random, 8003, 1031), turned = Tensor.Zeros(1031, 8003), bias = Filled(random, 1, 8003), c = Tensor.Zeros(13, 8003), packed = Tensor.Zeros(13, 8003);
        for (int row = 0; row < 1031; row++)
            for (int column = 0; column < 8003; column++) turned.Row(row)[column] = weight.Row(column)[row];
        using IPackedMatrix layout = kernels.Pack(weight, Precision.BFloat16);
        kernels.MatMul(a, layout, packed, bias);
        kernels.MatMul(a, false, weight, true, c, bias);
        Assert.Equal(packed.Span, c.Span);
        kernels.MatMul(a, false, turned, false, c, bias);
        Assert.Equal(packed.Span, c.Span);
    }

    [Fact]
    public void Factors_are_rounded_to_eight_bits_of_precision()
    {
        using var kernels = new CpuKernels(1) { Products = Precision.BFloat16 };
        using Tensor a = Tensor.Zeros(12, 32), b = Tensor.Zeros(32, 32), c = Tensor.Zeros(12, 32);
        a.Row(0)[0] = 1 + 1 / 256f; // half way between two bfloat16: to the even one, 1
        a.Row(1)[0] = 1 + 3 / 256f; // half way: to the even one, 1 + 4/256
        a.Row(2)[0] = float.NaN;
        a.Row(3)[0] = float.MaxValue;
        b.Row(0)[0] = 1;
        kernels.MatMul(a, false, b, false, c);
        Assert.Contains(c.Row(0)[0], (float[])[1, 1 + 1 / 256f]); // the second where products are float32
        Assert.Contains(c.Row(1)[0], (float[])[1 + 4 / 256f, 1 + 3 / 256f]);
        Assert.Equal(float.NaN, c.Row(2)[0]);
        Assert.Contains(c.Row(3)[0], (float[])[float.PositiveInfinity, float.MaxValue]);
        Assert.Equal(0, c.Row(4)[0]);
    }

    /// <summary>Numbers that bfloat16 holds exactly.</summary>
    static Tensor Filled(Random random, int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        foreach (ref float x in tensor.Span) x = random.Next(-128, 129) / 128f;
        return tensor;
    }
}
