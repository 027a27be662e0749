using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Tensors.Tests;

/// <summary>Every operation, forward and backward, against PyTorch's numbers on every instruction set and on one and two threads.</summary>
public class OperationParityTests
{
    static readonly Fixture Numbers = new("operations.safetensors");

    public static TheoryData<InstructionSet, int> Machines => new()
    {
        { InstructionSet.Portable, 1 }, { InstructionSet.Vector256, 1 }, { InstructionSet.Vector256, 2 }, { InstructionSet.Vector512, 1 },
    };

    [Theory, MemberData(nameof(Machines))]
    public void Linear_agrees_with_PyTorch(InstructionSet set, int threads)
    {
        Check(set, threads, "linear", ["x", "w", "b"], (tape, v) => Linear.Apply(tape, v[0], v[1], v[2]));
        Check(set, threads, "linear_without_bias", ["x", "w"], (tape, v) => Linear.Apply(tape, v[0], v[1]));
    }

    [Theory, MemberData(nameof(Machines))]
    public void Normalisation_agrees_with_PyTorch(InstructionSet set, int threads)
    {
        // 1x1 is left out: the deviation of one number is zero, and 1e-12 under the root magnifies rounding
        Check(set, threads, "layer_norm", ["x", "residual", "weight", "bias"], (tape, v) => LayerNorm.Apply(tape, v[0], v[1], v[2], v[3], 1e-12f), except: "layer_norm_1x1");
        Check(set, threads, "rms_norm", ["x", "weight"], (tape, v) => RmsNorm.Apply(tape, v[0], v[1], 1e-6f));
    }

    [Theory, MemberData(nameof(Machines))]
    public void Activations_agree_with_PyTorch(InstructionSet set, int threads)
    {
        Check(set, threads, "gelu", ["x"], (tape, v) => Gelu.Apply(tape, v[0]));
        Check(set, threads, "gelutanh", ["x"], (tape, v) => GeluTanh.Apply(tape, v[0]));
        Check(set, threads, "relu", ["x"], (tape, v) => Relu.Apply(tape, v[0]));
        Check(set, threads, "tanh", ["x"], (tape, v) => Operations.Tanh.Apply(tape, v[0]));
        Check(set, threads, "swiglu", ["gate", "up"], (tape, v) => SwiGlu.Apply(tape, v[0], v[1]));
        Run(set, threads, "gelu_wide", ["x"], (tape, v) => Gelu.Apply(tape, v[0]));
        Run(set, threads, "gelutanh_wide", ["x"], (tape, v) => GeluTanh.Apply(tape, v[0]));
        Run(set, threads, "tanh_wide", ["x"], (tape, v) => Operations.Tanh.Apply(tape, v[0]));
        Run(set, threads, "swiglu_wide", ["gate", "up"], (tape, v) => SwiGlu.Apply(tape, v[0], v[1]));
    }

    [Theory, MemberData(nameof(Machines))]
    public void Embedding_and_rope_agree_with_PyTorch(InstructionSet set, int threads)
    {
        Run(set, threads, "embedding", ["table"], (tape, v) => Embedding.Apply(tape, (v[0], Numbers.Ints("embedding.input.ids"))));
        int[] offsets = Numbers.Ints("rope.input.offsets");
        int[] positions = [.. Enumerable.Range(0, offsets.Length - 1).SelectMany(s => Enumerable.Range(0, offsets[s + 1] - offsets[s]))];
        Run(set, threads, "rope", ["x"], (tape, v) => Rope.Apply(tape, v[0], positions, RopeFrequencies.Plain(8, 10000)));
    }

    [Theory, MemberData(nameof(Machines))]
    public void Attention_agrees_with_PyTorch(InstructionSet set, int threads)
    {
        foreach ((string name, int heads, int keyHeads, bool one, bool causal) in new[]
        {
            ("attention", 3, 3, false, false), ("attention_causal", 3, 3, false, true), ("attention_grouped", 4, 2, false, false),
            ("attention_grouped_causal", 4, 2, false, true), ("attention_first_row", 3, 3, true, false), ("attention_last_row_causal", 3, 3, true, true),
            ("attention_grouped_first_row", 4, 2, true, false), ("attention_grouped_last_row_causal", 4, 2, true, true),
        })
        {
            int[] keys = Numbers.Ints(name + ".input.offsets"), queries = one ? [.. Enumerable.Range(0, keys.Length)] : keys;
            Run(set, threads, name, ["q", "k", "v"], (tape, v) => Attention.Apply(tape, v[0], v[1], v[2], new AttentionShape(queries, keys, heads, keyHeads, 8, causal)));
        }
    }

    [Theory, MemberData(nameof(Machines))]
    public void Cross_entropy_with_soft_targets_agrees_with_PyTorch(InstructionSet set, int threads)
    {
        using var kernels = new CpuKernels(threads, set);
        foreach (string name in Numbers.CasesOf("softmax_cross_entropy"))
        {
            using var arena = new Arena();
            var tape = new Tape(kernels, arena, training: true);
            Variable x = Input(name, "x");
            float loss = SoftmaxCrossEntropy.Apply(tape, x, Input(name, "targets").Value);
            Near([Numbers.Floats(name + ".output.y")[0]], [loss], name);
            Near(Numbers.Floats(name + ".grad.x"), x.Gradient!.Span, name + " gradient");
        }
    }

    static void Check(InstructionSet set, int threads, string operation, string[] inputs, Func<Tape, Variable[], Variable> apply, string except = "")
    {
        string[] cases = [.. Numbers.CasesOf(operation).Where(name => name != except)];
        Assert.NotEmpty(cases);
        foreach (string name in cases) Run(set, threads, name, inputs, apply);
    }

    static void Run(InstructionSet set, int threads, string name, string[] inputs, Func<Tape, Variable[], Variable> apply)
    {
        using var kernels = new CpuKernels(threads, set);
        using var arena = new Arena();
        var tape = new Tape(kernels, arena, training: true);
        Variable[] variables = [.. inputs.Select(input => Input(name, input))];
        Variable y = apply(tape, variables);
        Near(Numbers.Floats(name + ".output.y"), y.Value.Span, name);
        tape.Backward(y, Tensor.From(y.Rows, y.Columns, Numbers.Floats(name + ".upstream.dy")));
        for (int i = 0; i < inputs.Length; i++) Near(Numbers.Floats($"{name}.grad.{inputs[i]}"), variables[i].Gradient!.Span, $"{name}, gradient of {inputs[i]}");
    }

    static Variable Input(string name, string input)
    {
        int[] shape = Numbers.Shape($"{name}.input.{input}");
        return new Variable(Tensor.From(shape.Length == 1 ? 1 : shape[0], shape[^1], Numbers.Floats($"{name}.input.{input}")));
    }

    /// <summary>Within 1e-5 of the largest magnitude.</summary>
    static void Near(float[] expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        float scale = Math.Max(1e-3f, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-5f * scale, $"{what}[{i}]: expected {expected[i]}, got {actual[i]}");
    }
}
