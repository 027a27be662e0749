using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = scale x + shift, with two numbers.</summary>
public static class Affine
{
    public static Variable Apply(Tape tape, Variable x, float scale, float shift = 0)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        tape.Kernels.Fill(y.Value, shift);
        tape.Kernels.AddScaled(x.Value, scale, y.Value);
        if (tape.Training) Record(tape, x, scale, y);
        return y;
    }

    static void Record(Tape tape, Variable x, float scale, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        Tensor dx = tape.GradientOf(x, out bool accumulate);
        if (!accumulate) tape.Kernels.Fill(dx, 0);
        tape.Kernels.AddScaled(dy, scale, dx);
    });
}
