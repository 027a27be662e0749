using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

/// <summary>Products of odd shapes, every transposition, against sums in double precision.</summary>
public class MatMulTests
{
    public static TheoryData<InstructionSet> Sets => new(InstructionSet.Portable, InstructionSet.Vector256, InstructionSet.Vector512);

    [Theory, MemberData(nameof(Sets))]
    public void Products_of_odd_shapes_are_right(InstructionSet set)
    {
        using var kernels = new CpuKernels(2, set);
        var random = new Random(3);
        int[] sizes = [0, 1, 3, 17, 37, 97];
        foreach (int m in sizes)
            foreach (int n in sizes)
                foreach (int k in (int[])[0, 1, 5, 64, 257, 601])
                    for (int transposes = 0; transposes < 4; transposes++) Check(kernels, random, m, n, k, (transposes & 1) > 0, (transposes & 2) > 0);
    }

    /// <summary>A tile's rows may be left over in any number.</summary>
    [Theory, MemberData(nameof(Sets))]
    public void Products_of_any_number_of_rows_are_right(InstructionSet set)
    {
        using var kernels = new CpuKernels(1, set);
        var random = new Random(5);
        for (int m = 1; m <= 50; m++)
            foreach (int k in (int[])[9, 40, 300])
                for (int transposes = 0; transposes < 4; transposes++) Check(kernels, random, m, 3 * m % 50 + 1, k, (transposes & 1) > 0, (transposes & 2) > 0);
    }

    [Theory, MemberData(nameof(Sets))]
    public void One_thread_and_two_give_the_same_bits(InstructionSet set)
    {
        var random = new Random(4);
        Tensor a = Filled(random, 211, 300), b = Filled(random, 300, 130), one = Tensor.Zeros(211, 130), two = Tensor.Zeros(211, 130);
        using (var kernels = new CpuKernels(1, set)) kernels.MatMul(a, false, b, false, one);
        using (var kernels = new CpuKernels(2, set)) kernels.MatMul(a, false, b, false, two);
        Assert.True(one.Span.SequenceEqual(two.Span));
    }

    /// <summary>Few columns of a tall transposed matrix, as the gradients of low-rank updates have them.</summary>
    [Theory, MemberData(nameof(Sets))]
    public void A_transposed_matrix_gives_the_bits_of_its_copy(InstructionSet set)
    {
        var random = new Random(6);
        using Tensor a = Filled(random, 400, 601), transposed = Tensor.Zeros(601, 400), b = Filled(random, 601, 16), c = Filled(random, 400, 16), d = Tensor.From(400, 16, c.Span);
        for (int row = 0; row < a.Rows; row++)
            for (int column = 0; column < a.Columns; column++) transposed.Row(column)[row] = a.Row(row)[column];
        using var kernels = new CpuKernels(2, set);
        foreach (bool accumulate in (bool[])[true, false])
        {
            kernels.MatMul(a, false, b, false, c, accumulate: accumulate);
            kernels.MatMul(transposed, true, b, false, d, accumulate: accumulate);
            Assert.Equal(c.Span, d.Span);
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var kernels = new CpuKernels(1);
        Assert.Throws<ArgumentException>(() => kernels.MatMul(Tensor.Zeros(2, 3), false, Tensor.Zeros(4, 5), false, Tensor.Zeros(2, 5)));
    }

    static void Check(CpuKernels kernels, Random random, int m, int n, int k, bool transposeA, bool transposeB) => Check(kernels, (rows, columns) => Filled(random, rows, columns), m, n, k, transposeA, transposeB);

    /// <summary>A product with a bias, and one added to what was there, of tensors that <paramref name="filled"/> makes.</summary>
    internal static void Check(CpuKernels kernels, Func<int, int, Tensor> filled, int m, int n, int k, bool transposeA, bool transposeB)
    {
        using Tensor a = transposeA ? filled(k, m) : filled(m, k), b = transposeB ? filled(n, k) : filled(k, n);
        using Tensor bias = filled(1, n), c = filled(m, n), before = Tensor.From(m, n, c.Span), d = filled(m, n);
        kernels.MatMul(a, transposeA, b, transposeB, c, accumulate: true);
        kernels.MatMul(a, transposeA, b, transposeB, d, bias);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int p = 0; p < k; p++) sum += (double)(transposeA ? a.Row(p)[i] : a.Row(i)[p]) * (transposeB ? b.Row(j)[p] : b.Row(p)[j]);
                double tolerance = 1e-5 * (1 + Math.Sqrt(k));
                Assert.Equal(sum + before.Row(i)[j], c.Row(i)[j], tolerance);
                Assert.Equal(sum + bias.Span[j], d.Row(i)[j], tolerance);
            }
    }

    static Tensor Filled(Random random, int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        foreach (ref float x in tensor.Span) x = random.NextSingle() * 2 - 1;
        return tensor;
    }
}
