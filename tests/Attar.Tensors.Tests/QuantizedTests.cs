using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Kernels.Cpu.Quantized;

namespace Attar.Tensors.Tests;

/// <summary>Products in bytes: a case by hand, every processor's way against plain loops to the bit, and how far float32 may be.</summary>
public class QuantizedTests
{
    static readonly (int M, int N, int K)[] Shapes = [(0, 40, 8), (1, 32, 1), (3, 33, 3), (17, 37, 17), (12, 32, 64), (53, 97, 101), (61, 64, 257), (17, 37, 192)];

    public static TheoryData<ByteTiles, int> Tiles
    {
        get
        {
            using var widest = new CpuKernels(1);
            var data = new TheoryData<ByteTiles, int>();
            for (var tiles = ByteTiles.Portable; tiles <= widest.Bytes; tiles++)
            {
                if (tiles == ByteTiles.Vnni256 && !ByteTileVnni256.IsSupported) continue; // the first processors with the 512-bit form lack this one
                foreach (int threads in (int[])[1, 2]) data.Add(tiles, threads);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Tiles))]
    public void Numbers_that_bytes_hold_are_multiplied_exactly(ByteTiles tiles, int threads)
    {
        using var kernels = new CpuKernels(threads) { Bytes = tiles };
        using Tensor a = Tensor.From(2, 3, [0, 255, 2, -100, 155, 7]), weight = Tensor.Zeros(32, 3), bias = Tensor.Zeros(1, 32), c = Tensor.Zeros(2, 32);
        for (int i = 0; i < 32; i++) (weight.Row(i)[0], weight.Row(i)[1], weight.Row(i)[2], bias.Span[i]) = (127, -i, i, i);
        using IPackedMatrix packed = kernels.Pack(weight, Precision.Int8);
        kernels.MatMul(a, packed, c, bias);
        for (int i = 0; i < 32; i++)
        {
            Assert.Equal(0 * 127 - 255 * i + 2 * i + i, c.Row(0)[i]);
            Assert.Equal(-100 * 127 - 155 * i + 7 * i + i, c.Row(1)[i]);
        }
    }

    [Theory, MemberData(nameof(Tiles))]
    public void Every_processor_gives_the_same_bits(ByteTiles tiles, int threads)
    {
        var random = new Random(11);
        using var plain = new CpuKernels(1) { Bytes = ByteTiles.Portable };
        using var kernels = new CpuKernels(threads) { Bytes = tiles };
        foreach ((int m, int n, int k) in Shapes)
        {
            using Tensor a = Filled(random, m, k), weight = Filled(random, n, k), bias = Filled(random, 1, n), expected = Tensor.Zeros(m, n), found = Tensor.Zeros(m, n);
            foreach (bool outliers in (bool[])[false, true])
            {
                using IPackedMatrix one = plain.Pack(weight, Precision.Int8, outliers), other = kernels.Pack(weight, Precision.Int8, outliers);
                plain.MatMul(a, one, expected, bias);
                kernels.MatMul(a, other, found, bias);
                Assert.Equal(expected.Span, found.Span);
                plain.MatMul(a, one, expected);
                kernels.MatMul(a, other, found);
                Assert.Equal(expected.Span, found.Span);
            }
        }
    }

    /// <summary>x is off by at most half a step of its row's scale, w by half a step of its output's.</summary>
    [Theory, MemberData(nameof(Tiles))]
    public void Products_are_as_near_as_the_steps_allow(ByteTiles tiles, int threads)
    {
        var random = new Random(12);
        using var kernels = new CpuKernels(threads) { Bytes = tiles };
        foreach ((int m, int n, int k) in Shapes)
        {
            using Tensor a = Filled(random, m, k), weight = Filled(random, n, k), c = Tensor.Zeros(m, n);
            using IPackedMatrix packed = kernels.Pack(weight, Precision.Int8);
            kernels.MatMul(a, packed, c);
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++)
                {
                    double xStep = (Math.Max(0, Largest(a.Row(i), 1)) + Math.Max(0, Largest(a.Row(i), -1))) / 255, wStep = Math.Max(Largest(weight.Row(j), 1), Largest(weight.Row(j), -1)) / 127;
                    double exact = 0, bound = 1e-4;
                    for (int p = 0; p < k; p++)
                    {
                        exact += (double)a.Row(i)[p] * weight.Row(j)[p];
                        bound += xStep * Math.Abs(weight.Row(j)[p]) + wStep / 2 * (Math.Abs(a.Row(i)[p]) + xStep); // the zero point is rounded too: a whole step of x
                    }
                    Assert.InRange(c.Row(i)[j], exact - bound, exact + bound);
                }
        }
    }

    [Theory, MemberData(nameof(Tiles))]
    public void A_row_that_is_no_number_spoils_itself_alone(ByteTiles tiles, int threads)
    {
        using var kernels = new CpuKernels(threads) { Bytes = tiles };
        using Tensor a = Tensor.Zeros(3, 40), weight = Filled(new Random(1), 32, 40), c = Tensor.Zeros(3, 32);
        a.Row(1)[5] = float.NaN;
        a.Row(2)[7] = float.PositiveInfinity;
        using IPackedMatrix packed = kernels.Pack(weight, Precision.Int8);
        kernels.MatMul(a, packed, c);
        Assert.All(c.Row(0).ToArray(), x => Assert.Equal(0, x));
        Assert.All(c.Row(1).ToArray(), x => Assert.Equal(float.NaN, x));
        Assert.All(c.Row(2).ToArray(), x => Assert.Equal(float.NaN, x));
    }

    [Fact]
    public unsafe void A_turned_block_is_its_sums_with_every_pattern_of_signs()
    {
        using Tensor x = Filled(new Random(3), 1, 128), turned = Tensor.Zeros(1, 128), again = Tensor.Zeros(1, 128);
        HadamardBlocks.Write(x.Data, 128, turned.Data);
        for (int i = 0; i < 128; i++)
        {
            double sum = 0;
            for (int j = 0; j < 64; j++) sum += (int.PopCount(i % 64 & j) % 2 == 0 ? 1 : -1) * x.Span[i / 64 * 64 + j];
            Assert.Equal(sum, turned.Span[i], 1e-4);
        }
        HadamardBlocks.Write(turned.Data, 128, again.Data);
        for (int i = 0; i < 128; i++) Assert.Equal(64.0 * x.Span[i], again.Span[i], 1e-3); // H is its own transpose
    }

    /// <summary>Values below one, one of a hundred among them: steps are of 100 / 255; turned, of some 200 / 8 / 255.</summary>
    [Theory, MemberData(nameof(Tiles))]
    public void Turned_an_outlier_costs_the_other_values_less(ByteTiles tiles, int threads)
    {
        using var kernels = new CpuKernels(threads) { Bytes = tiles };
        using Tensor a = Filled(new Random(5), 24, 192), weight = Filled(new Random(6), 48, 192), exact = Tensor.Zeros(24, 48), c = Tensor.Zeros(24, 48);
        for (int row = 0; row < a.Rows; row++) a.Row(row)[7 * row] = 100;
        kernels.MatMul(a, false, weight, true, exact);
        Assert.InRange(Error(outliers: true) / Error(outliers: false), 0, .5);

        double Error(bool outliers)
        {
            using IPackedMatrix packed = kernels.Pack(weight, Precision.Int8, outliers);
            kernels.MatMul(a, packed, c);
            double sum = 0;
            for (int i = 0; i < exact.Count; i++) sum += Math.Pow(c.Span[i] - exact.Span[i], 2);
            return Math.Sqrt(sum / exact.Count);
        }
    }

    [Fact]
    public void Few_outputs_stay_float32()
    {
        using var kernels = new CpuKernels(1);
        using Tensor a = Filled(new Random(1), 2, 40), weight = Filled(new Random(2), 3, 40), plain = Tensor.Zeros(2, 3), c = Tensor.Zeros(2, 3);
        using IPackedMatrix packed = kernels.Pack(weight, Precision.Int8), exact = kernels.Pack(weight);
        kernels.MatMul(a, exact, plain);
        kernels.MatMul(a, packed, c);
        Assert.Equal(plain.Span, c.Span);
    }

    static double Largest(ReadOnlySpan<float> row, int sign)
    {
        double largest = double.NegativeInfinity;
        foreach (float x in row) largest = Math.Max(largest, sign * x);
        return largest;
    }

    static Tensor Filled(Random random, int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        foreach (ref float x in tensor.Span) x = random.NextSingle() * 2 - 1;
        return tensor;
    }
}
