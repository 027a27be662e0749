using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Tensors.Tests;

/// <summary>Every operation's backward pass against central differences of its forward pass: step 1e-2, float32, 1 % of the largest gradient.</summary>
public class FiniteDifferenceTests
{
    const float Step = 1e-2f;
    static readonly int[] Offsets = [0, 3, 4, 9];
    static readonly AttentionShape Causal = new(Offsets, Offsets, 4, 2, 4, true), Full = new(Offsets, Offsets, 4, 2, 4, false);

    static readonly DisentangledShape Apart = new(Offsets, false, 2, 4, 4, new[] { 0, 0, 1, 1, 2, 3, 3, 4, 4 }, .4f);

    public static TheoryData<string> Operations => new(Cases.Keys);

    static readonly Dictionary<string, ((int, int)[] Shapes, Func<Tape, Variable[], Variable> Apply)> Cases = new()
    {
        ["linear"] = ([(5, 7), (3, 7), (1, 3)], (t, v) => Linear.Apply(t, v[0], v[1], v[2])),
        ["linear added to"] = ([(5, 7), (3, 7), (5, 2), (3, 2)], LinearAddedTo),
        ["layer norm"] = ([(5, 7), (5, 7), (1, 7), (1, 7)], (t, v) => LayerNorm.Apply(t, v[0], v[1], v[2], v[3], 1e-6f)),
        ["layer norm without bias"] = ([(5, 7), (1, 7)], (t, v) => LayerNorm.Apply(t, v[0], null, v[1], null, 1e-6f)),
        ["rms norm"] = ([(5, 7), (1, 7)], (t, v) => RmsNorm.Apply(t, v[0], v[1], 1e-6f)),
        ["gelu"] = ([(3, 5)], (t, v) => Gelu.Apply(t, v[0])),
        ["gelu by tanh"] = ([(3, 5)], (t, v) => GeluTanh.Apply(t, v[0])),
        ["relu"] = ([(3, 5)], (t, v) => Relu.Apply(t, v[0])),
        ["multiply"] = ([(3, 5), (3, 5)], (t, v) => Multiply.Apply(t, v[0], v[1])),
        ["a square"] = ([(3, 5)], (t, v) => Multiply.Apply(t, v[0], v[0])),
        ["affine"] = ([(3, 5)], (t, v) => Affine.Apply(t, v[0], .7f, 2)),
        ["reshape"] = ([(3, 8), (1, 4)], (t, v) => RmsNorm.Apply(t, Reshape.Apply(t, v[0], 4), v[1], 1e-6f)),
        ["mean pool"] = ([(9, 5)], (t, v) => MeanPool.Apply(t, v[0], Offsets, new int[] { 0, 1, 2, 3 })),
        ["tanh"] = ([(3, 5)], (t, v) => Attar.Tensors.Operations.Tanh.Apply(t, v[0])),
        ["swiglu"] = ([(3, 5), (3, 5)], (t, v) => SwiGlu.Apply(t, v[0], v[1])),
        ["add"] = ([(3, 5), (3, 5)], (t, v) => Add.Apply(t, v[0], v[1])),
        ["an input used twice"] = ([(3, 5)], (t, v) => Add.Apply(t, Gelu.Apply(t, v[0]), Attar.Tensors.Operations.Tanh.Apply(t, v[0]))),
        ["dropout"] = ([(9, 5)], (t, v) => Dropout.Apply(t, v[0], .3f)),
        ["embedding"] = ([(4, 5), (3, 5)], (t, v) => Embedding.Apply(t, (v[0], new int[] { 0, 3, 3, 1 }), (v[1], new int[] { 2, 2, 0, 2 }))),
        ["select rows"] = ([(4, 5)], (t, v) => SelectRows.Apply(t, v[0], new int[] { 3, 0, 3 })),
        ["rope"] = ([(9, 8)], (t, v) => Rope.Apply(t, v[0], new int[] { 0, 1, 2, 0, 0, 1, 2, 3, 4 }, new RopeFrequencies([1, .3f], 1.2f))),
        ["attention"] = ([(9, 16), (9, 8), (9, 8)], (t, v) => Attention.Apply(t, v[0], v[1], v[2], Full)),
        ["causal attention"] = ([(9, 16), (9, 8), (9, 8)], (t, v) => Attention.Apply(t, v[0], v[1], v[2], Causal)),
        ["attention in a window"] = ([(9, 16), (9, 8), (9, 8)], (t, v) => Attention.Apply(t, v[0], v[1], v[2], Full with { Window = 2 })),
        ["disentangled attention"] = ([(9, 8), (9, 8), (9, 8), (5, 8), (5, 8)], (t, v) => DisentangledAttention.Apply(t, v[0], v[1], v[2], v[3], v[4], Apart)),
        ["disentangled attention of first tokens"] = ([(3, 8), (9, 8), (9, 8), (5, 8), (5, 8)], (t, v) => DisentangledAttention.Apply(t, v[0], v[1], v[2], v[3], v[4], Apart with { FirstOnly = true })),
        ["causal attention in a window, capped"] = ([(9, 16), (9, 8), (9, 8)], (t, v) => Attention.Apply(t, v[0], v[1], v[2], Causal with { Window = 3, SoftCap = .5f })),
    };

    static Variable LinearAddedTo(Tape tape, Variable[] v)
    {
        Variable y = Linear.Apply(tape, v[0], v[1]);
        Linear.AddTo(tape, y, v[2], v[3]);
        return y;
    }

    [Theory, MemberData(nameof(Operations))]
    public void Backward_is_the_slope_of_forward(string operation)
    {
        var (shapes, apply) = Cases[operation];
        using var kernels = new CpuKernels(1);
        using var arena = new Arena();
        var random = new Random(7);
        Variable[] inputs = [.. shapes.Select(shape => new Variable(RandomTensor(random, shape.Item1, shape.Item2)))];
        var tape = new Tape(kernels, arena, training: true, seed: 5);
        Variable y = apply(tape, inputs);
        Tensor upstream = RandomTensor(random, y.Rows, y.Columns);
        tape.Backward(y, upstream);
        foreach (Variable input in inputs)
        {
            float[] gradient = input.Gradient!.Span.ToArray();
            float scale = Math.Max(.1f, gradient.Max(Math.Abs));
            for (int i = 0; i < gradient.Length; i++)
            {
                float value = input.Value.Span[i];
                double slope = (Loss(value + Step) - Loss(value - Step)) / (2 * Step);
                input.Value.Span[i] = value;
                Assert.True(Math.Abs(slope - gradient[i]) < .01f * scale, $"{operation}, element {i}: slope {slope}, gradient {gradient[i]}");

                double Loss(float x)
                {
                    input.Value.Span[i] = x;
                    using var fresh = new Arena();
                    Variable result = apply(new Tape(kernels, fresh, training: true, seed: 5), inputs);
                    double sum = 0;
                    for (int j = 0; j < upstream.Count; j++) sum += (double)result.Value.Span[j] * upstream.Span[j];
                    return sum;
                }
            }
        }
    }

    static Tensor RandomTensor(Random random, int rows, int columns)
    {
        Tensor tensor = Tensor.Zeros(rows, columns);
        foreach (ref float x in tensor.Span) x = random.NextSingle() * 2 - 1;
        return tensor;
    }
}
