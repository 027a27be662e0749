using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tensors.Tests;

/// <summary>Kernels against plain loops in double precision, for every width of vector and on sizes that fill no tile: within 1e-5 of the largest magnitude.</summary>
public class KernelShapeTests
{
    static readonly Random random = new(7);

    public static TheoryData<InstructionSet, int> Engines => new()
    {
        { InstructionSet.Portable, 1 }, { InstructionSet.Portable, 2 }, { InstructionSet.Vector256, 1 }, { InstructionSet.Vector256, 2 }, { InstructionSet.Vector512, 1 }, { InstructionSet.Vector512, 2 },
    };

    [Theory, MemberData(nameof(Engines))]
    public void A_packed_weight_multiplies_as_the_plain_one(InstructionSet instructions, int threads)
    {
        using var kernels = new CpuKernels(threads, instructions);
        foreach ((int m, int n, int k) in new[] { (1, 1, 1), (1, 17, 3), (3, 1, 17), (17, 31, 13), (97, 33, 257), (193, 130, 300), (0, 5, 5) })
        {
            using Tensor a = Filled(m, k), w = Filled(n, k), bias = Filled(1, n), plain = Tensor.Zeros(m, n), packed = Tensor.Zeros(m, n);
            using IPackedMatrix layout = kernels.Pack(w);
            kernels.MatMul(a, false, w, true, plain, bias);
            kernels.MatMul(a, layout, packed, bias);
            Near(packed, (i, j) => bias.Span[j] + Sum(k, s => (double)a.Row(i)[s] * w.Row(j)[s]));
            Assert.Equal(plain.Span, packed.Span);
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Feed_forward_is_its_three_steps(InstructionSet instructions, int threads)
    {
        using var kernels = new CpuKernels(threads, instructions);
        foreach ((int rows, int width, int middle) in new[] { (0, 3, 5), (1, 1, 1), (17, 33, 61), (97, 32, 128), (200, 13, 35), (205, 33, 300), (430, 40, 520) })
            foreach (Precision precision in Enum.GetValues<Precision>())
            {
                using Tensor x = Filled(rows, width), up = Filled(middle, width), upBias = Filled(1, middle), down = Filled(width, middle), downBias = Filled(1, width);
                using Tensor wide = Tensor.Zeros(rows, middle), expected = Tensor.Zeros(rows, width), found = Tensor.Zeros(rows, width);
                using IPackedMatrix packedUp = kernels.Pack(up, precision), packedDown = kernels.Pack(down, precision);
                kernels.MatMul(x, packedUp, wide, upBias);
                kernels.Gelu(wide, wide);
                kernels.MatMul(wide, packedDown, expected, downBias);
                kernels.FeedForward(x, packedUp, upBias, packedDown, downBias, found);
                Assert.Equal(expected.Span, found.Span);
            }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Products_by_head_are_block_products(InstructionSet instructions, int threads)
    {
        using var kernels = new CpuKernels(threads, instructions);
        foreach ((int m, int heads, int d, int n) in new[] { (1, 1, 1, 1), (3, 2, 5, 7), (13, 3, 17, 19), (7, 12, 32, 96) })
        {
            using Tensor narrow = Filled(m, heads * d), wide = Filled(m, heads * n), weight = Filled(heads * d, n), bias = Filled(1, heads * d);
            using Tensor expanded = Tensor.Zeros(m, heads * n), reduced = Tensor.Zeros(m, heads * d), outer = Tensor.From(heads * d, n, weight.Span);
            kernels.HeadsExpand(narrow, weight, expanded, heads);
            Near(expanded, (i, j) => Sum(d, s => (double)narrow.Row(i)[j / n * d + s] * weight.Row(j / n * d + s)[j % n]));
            kernels.HeadsReduce(wide, weight, bias, reduced, heads);
            Near(reduced, (i, j) => bias.Span[j] + Sum(n, s => (double)wide.Row(i)[j / d * n + s] * weight.Row(j)[s]));
            kernels.HeadsOuter(narrow, wide, outer, heads);
            Near(outer, (i, j) => weight.Row(i)[j] + Sum(m, s => (double)narrow.Row(s)[i] * wide.Row(s)[i / d * n + j]));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Attention_and_its_gradient_agree_with_plain_loops(InstructionSet instructions, int threads)
    {
        using var kernels = new CpuKernels(threads, instructions);
        int[][] keyLengths = [[1], [3, 17, 1], [0, 31, 5], [130, 2]]; // 130 is more than a block of queries
        foreach (int[] keys in keyLengths)
            foreach ((int heads, int keyHeads, int d) in new[] { (1, 1, 1), (4, 4, 16), (4, 2, 17), (7, 1, 64), (13, 1, 5) })
                foreach ((bool causal, bool one) in new[] { (false, false), (true, false), (false, true), (true, true) })
                    foreach ((int window, float cap) in new[] { (0, 0f), (7, .5f) })
                        CheckAttention(kernels, new AttentionShape(
                            Offsets(one ? [.. keys.Select(n => Math.Min(n, 1))] : keys), Offsets(keys), heads, keyHeads, d, causal, one ? .3f : null, window, cap));
    }

    static void CheckAttention(CpuKernels kernels, AttentionShape shape)
    {
        int queries = shape.QueryOffsets.Span[^1], keys = shape.KeyOffsets.Span[^1], d = shape.HeadSize;
        using Tensor q = Filled(queries, shape.Heads * d), k = Filled(keys, shape.KeyHeads * d), v = Filled(keys, shape.KeyHeads * d), dO = Filled(queries, shape.Heads * d);
        using Tensor o = Tensor.Zeros(queries, q.Columns), dq = Tensor.Zeros(queries, q.Columns), dk = Tensor.Zeros(keys, k.Columns), dv = Tensor.Zeros(keys, k.Columns);
        kernels.Attention(q, k, v, o, shape);
        kernels.AttentionBackward(q, k, v, dO, dq, dk, dv, shape);
        double[,] expected = new double[queries, q.Columns], expectedQ = new double[queries, q.Columns], expectedK = new double[keys, k.Columns], expectedV = new double[keys, k.Columns];
        for (int sequence = 0; sequence < shape.Sequences; sequence++)
        {
            (int firstQuery, int count, int firstKey, int all) = shape.RowsOf(sequence);
            for (int head = 0; head < shape.Heads; head++)
                for (int i = 0; i < count; i++)
                {
                    int row = firstQuery + i, from = head * d, at = head / (shape.Heads / shape.KeyHeads) * d, visible = shape.Causal ? all - count + i + 1 : all, place = shape.Causal ? visible - 1 : i;
                    double[] weight = [.. Enumerable.Range(0, visible).Select(j => shape.Factor * Sum(d, s => (double)q.Row(row)[from + s] * k.Row(firstKey + j)[at + s]))];
                    double[] share = [.. weight.Select(x => shape.SoftCap > 0 ? Math.Tanh(x / shape.SoftCap) : 0)];
                    if (shape.SoftCap > 0) weight = [.. share.Select(x => shape.SoftCap * x)];
                    for (int j = 0; j < visible; j++)
                        if (shape.Window > 0 && Math.Abs(j - place) >= shape.Window) weight[j] = double.NegativeInfinity;
                    double top = weight.Max(), sum = weight.Sum(x => Math.Exp(x - top));
                    for (int j = 0; j < visible; j++) weight[j] = Math.Exp(weight[j] - top) / sum;
                    double[] gradient = [.. Enumerable.Range(0, visible).Select(j => Sum(d, s => (double)dO.Row(row)[from + s] * v.Row(firstKey + j)[at + s]))];
                    double mean = Sum(visible, j => weight[j] * gradient[j]);
                    for (int j = 0; j < visible; j++)
                        for (int s = 0; s < d; s++)
                        {
                            double score = weight[j] * (gradient[j] - mean) * shape.Factor * (1 - share[j] * share[j]);
                            expected[row, from + s] += weight[j] * v.Row(firstKey + j)[at + s];
                            expectedQ[row, from + s] += score * k.Row(firstKey + j)[at + s];
                            expectedK[firstKey + j, at + s] += score * q.Row(row)[from + s];
                            expectedV[firstKey + j, at + s] += weight[j] * dO.Row(row)[from + s];
                        }
                }
        }
        Near(o, (i, j) => expected[i, j]);
        Near(dq, (i, j) => expectedQ[i, j]);
        Near(dk, (i, j) => expectedK[i, j]);
        Near(dv, (i, j) => expectedV[i, j]);
    }

    [Theory, MemberData(nameof(Engines))]
    public void Normalisation_and_activation_agree_with_plain_loops(InstructionSet instructions, int threads)
    {
        using var kernels = new CpuKernels(threads, instructions);
        foreach ((int rows, int columns) in new[] { (1, 1), (3, 17), (31, 100), (5, 256), (2, 1027), (0, 8) })
        {
            using Tensor x = Filled(rows, columns), residual = Filled(rows, columns), gain = Filled(1, columns), bias = Filled(1, columns);
            using Tensor sum = Tensor.Zeros(rows, columns), statistics = Tensor.Zeros(rows, 2), y = Tensor.Zeros(rows, columns);
            kernels.LayerNorm(x, residual, gain, bias, 1e-3f, sum, statistics, y);
            Near(y, (i, j) =>
            {
                double mean = Sum(columns, s => (double)x.Row(i)[s] + residual.Row(i)[s]) / columns;
                double variance = Sum(columns, s => Math.Pow((double)x.Row(i)[s] + residual.Row(i)[s] - mean, 2)) / columns;
                return ((double)x.Row(i)[j] + residual.Row(i)[j] - mean) / Math.Sqrt(variance + 1e-3f) * gain.Span[j] + bias.Span[j];
            });
            kernels.RmsNorm(x, gain, 1e-3f, statistics, y);
            Near(y, (i, j) => x.Row(i)[j] / Math.Sqrt(Sum(columns, s => (double)x.Row(i)[s] * x.Row(i)[s]) / columns + 1e-3f) * gain.Span[j]);
            kernels.Gelu(x, y);
            Near(y, (i, j) => x.Row(i)[j] * NormalCdf(x.Row(i)[j]));
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public void Several_parameters_are_updated_in_one_pass_as_the_formula_says(InstructionSet instructions, int threads)
    {
        using var kernels = new CpuKernels(threads, instructions);
        (int Rows, int Columns)[] shapes = [(0, 5), (1, 1), (3, 17), (1, 16_384), (7, 4_703)]; // the last two are one run and more than two
        AdamWSlot[] slots = [.. shapes.Select((shape, i) => new AdamWSlot(Filled(shape.Rows, shape.Columns), Filled(shape.Rows, shape.Columns), Filled(shape.Rows, shape.Columns), Positive(shape.Rows, shape.Columns), Decays: i % 2 == 0, Rate: 1 + i % 3))];
        Tensor[] more = [.. shapes.Select(shape => Filled(shape.Rows, shape.Columns))];
        double[][] gradients = [.. slots.Zip(more, (slot, other) => Enumerable.Range(0, (int)other.Count).Select(i => (double)slot.Gradient.Span[i] + other.Span[i]).ToArray())];
        kernels.MoveInto([.. more.Zip(slots, (from, slot) => (from, slot.Gradient))]);
        double squares = gradients.Sum(own => own.Sum(g => g * g));
        Assert.Equal(squares, kernels.SumOfSquares([.. slots.Select(slot => slot.Gradient)]), 1e-5 * squares);

        float[][] before = [.. slots.Select(slot => slot.Parameter.Span.ToArray())], means = [.. slots.Select(slot => slot.Mean.Span.ToArray())], variances = [.. slots.Select(slot => slot.Variance.Span.ToArray())];
        var step = new AdamWStep(.01f, .9f, .99f, 1e-3f, .1f, .5f, .25f, .5f);
        kernels.AdamW(slots, step);
        for (int t = 0; t < slots.Length; t++)
        {
            int columns = slots[t].Parameter.Columns;
            double rate = .01 * slots[t].Rate;
            double Mean(int i) => .9 * means[t][i] + .1 * .5 * gradients[t][i];
            double Variance(int i) => .99 * variances[t][i] + .01 * .25 * gradients[t][i] * gradients[t][i];
            Near(slots[t].Mean, (r, c) => Mean(r * columns + c));
            Near(slots[t].Variance, (r, c) => Variance(r * columns + c));
            Near(slots[t].Parameter, (r, c) => before[t][r * columns + c] * (slots[t].Decays ? 1 - rate * .1 : 1) - rate * (Mean(r * columns + c) / .5) / (Math.Sqrt(Variance(r * columns + c) / .25) + 1e-3));
            Near(slots[t].Gradient, (_, _) => 0);
            Near(more[t], (_, _) => 0);
        }
        foreach (Tensor tensor in slots.SelectMany(slot => new[] { slot.Parameter, slot.Gradient, slot.Mean, slot.Variance }).Concat(more)) tensor.Dispose();
    }

    static Tensor Positive(int rows, int columns)
    {
        Tensor tensor = Filled(rows, columns);
        foreach (ref float x in tensor.Span) x = Math.Abs(x) + .1f;
        return tensor;
    }

    [Fact]
    public void Gelu_is_exact_from_far_below_to_far_above()
    {
        using var kernels = new CpuKernels(1);
        using Tensor x = Tensor.Zeros(1, 40_001), y = Tensor.Zeros(1, 40_001), one = Tensor.Zeros(1, 40_001), slope = Tensor.Zeros(1, 40_001);
        for (int i = 0; i < x.Columns; i++) (x.Span[i], one.Span[i]) = ((i - 20_000) / 2000f, 1);
        kernels.Gelu(x, y);
        kernels.GeluBackward(x, one, slope);
        for (int i = 0; i < x.Columns; i++)
        {
            double at = x.Span[i], cdf = NormalCdf(at);
            Assert.Equal(at * cdf, y.Span[i], 3e-7 * Math.Max(1, Math.Abs(at)));
            Assert.Equal(cdf + at * Math.Exp(-at * at / 2) / Math.Sqrt(2 * Math.PI), slope.Span[i], 5e-7);
        }
    }

    /// <summary>Φ by integrating φ with Simpson's rule from 0.</summary>
    static double NormalCdf(double x)
    {
        const int Steps = 400;
        double bounded = Math.Clamp(x, -9, 9), h = bounded / Steps, sum = 0;
        for (int i = 0; i < Steps; i++) sum += Density(i * h) + 4 * Density((i + .5) * h) + Density((i + 1) * h);
        return .5 + sum * h / 6;

        static double Density(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
    }

    static int[] Offsets(int[] lengths)
    {
        int[] offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++) offsets[i + 1] = offsets[i] + lengths[i];
        return offsets;
    }

    static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += term(i);
        return sum;
    }

    static Tensor Filled(int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        lock (random)
            foreach (ref float x in tensor.Span) x = random.NextSingle() * 2 - 1;
        return tensor;
    }

    static void Near(Tensor actual, Func<int, int, double> expected)
    {
        double most = 1;
        for (int i = 0; i < actual.Rows; i++)
            for (int j = 0; j < actual.Columns; j++) most = Math.Max(most, Math.Abs(expected(i, j)));
        for (int i = 0; i < actual.Rows; i++)
            for (int j = 0; j < actual.Columns; j++)
                Assert.True(Math.Abs(actual.Row(i)[j] - expected(i, j)) <= 1e-5 * most, $"{actual} [{i}, {j}]: expected {expected(i, j)}, got {actual.Row(i)[j]}");
    }

    [Theory, InlineData(4), InlineData(int.MaxValue), InlineData(-1), InlineData(int.MinValue)]
    public void Rows_beyond_a_table_are_refused(int row)
    {
        using var kernels = new CpuKernels(2);
        using Tensor table = Tensor.Zeros(4, 8), y = Tensor.Zeros(3, 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.Gather(table, new[] { 0, row, 3 }, y));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernels.ScatterAdd(y, new[] { 0, row, 3 }, table));
        kernels.Gather(table, new[] { 0, 3, 3 }, y);
    }
}
