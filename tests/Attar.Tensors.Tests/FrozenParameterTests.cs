using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tensors.Operations;

namespace Attar.Tensors.Tests;

/// <summary>A weight that is not to be trained costs no gradient and changes none of the others.</summary>
public class FrozenParameterTests
{
    [Theory, InlineData(false), InlineData(true)]
    public void Others_get_the_same_gradients_and_the_frozen_ones_none(bool beside)
    {
        float[][] free = Gradients([], beside), frozen = Gradients(["table", "weight", "gain", "shift"], beside);
        Assert.All(free, gradient => Assert.NotEmpty(gradient));
        Assert.Equal([.. free[..2], [], [], [], []], frozen);
    }

    /// <param name="beside">Gradients gather in a store, as in the second part of a step.</param>
    /// <returns>Of the two trained ones and the four that may be frozen; empty where there is none.</returns>
    static float[][] Gradients(string[] frozen, bool beside)
    {
        using var kernels = new CpuKernels(1);
        using var arena = new Arena();
        using GradientStore? store = beside ? new GradientStore() : null;
        var random = new Random(3);
        Parameter first = Of("first", 6, 4), second = Of("second", 3, 6), table = Of("table", 5, 4), weight = Of("weight", 6, 6), gain = Of("gain", 1, 6), shift = Of("shift", 1, 3);
        var tape = new Tape(kernels, arena, training: true, weights: store);
        Variable x = Linear.Apply(tape, Embedding.Apply(tape, (table, new int[] { 4, 0, 4 })), first);
        x = RmsNorm.Apply(tape, Linear.Apply(tape, x, weight), Affine.Apply(tape, gain, 1, 1), 1e-6f);
        x = Linear.Apply(tape, x, second, shift);
        tape.Backward(x, arena.Copy(3, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9]));
        using var own = new GradientStore(own: true);
        store?.MoveTo(own, kernels);
        return [.. new[] { first, second, table, weight, gain, shift }.Select(parameter => parameter.Gradient?.Span.ToArray() ?? [])];

        Parameter Of(string name, int rows, int columns) =>
            new(name, Tensor.From(rows, columns, [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - .5f)]), decays: true) { Frozen = frozen.Contains(name) };
    }
}
