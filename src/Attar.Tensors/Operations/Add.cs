using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = a + b: a residual connection.</summary>
public static class Add
{
    /// <param name="a">(rows, columns)</param>
    /// <param name="b">(rows, columns)</param>
    public static Variable Apply(Tape tape, Variable a, Variable b)
    {
        Variable y = tape.Result(a.Rows, a.Columns);
        tape.Kernels.Copy(a.Value, y.Value);
        tape.Kernels.AddScaled(b.Value, 1, y.Value);
        if (tape.Training) Record(tape, a, b, y);
        return y;
    }

    static void Record(Tape tape, Variable a, Variable b, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        Pass(tape, dy, a);
        Pass(tape, dy, b);
    });

    /// <summary>Adds a gradient to an input unchanged.</summary>
    internal static void Pass(Tape tape, Tensor gradient, Variable input)
    {
        Tensor target = tape.GradientOf(input, out bool accumulate);
        if (accumulate) tape.Kernels.AddScaled(gradient, 1, target);
        else tape.Kernels.Copy(gradient, target);
    }
}
