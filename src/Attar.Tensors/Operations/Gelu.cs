using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = x Φ(x) with the exact normal distribution function (Hendrycks and Gimpel 2016).</summary>
public static class Gelu
{
    public static Variable Apply(Tape tape, Variable x)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        tape.Kernels.Gelu(x.Value, y.Value);
        if (tape.Training) Record(tape, x, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) tape.Contribute(x, dx => tape.Kernels.GeluBackward(x.Value, dy, dx));
    });
}
