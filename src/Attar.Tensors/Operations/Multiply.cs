using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = a b, element by element: a gate.</summary>
public static class Multiply
{
    /// <param name="a">(rows, columns)</param>
    /// <param name="b">(rows, columns)</param>
    public static Variable Apply(Tape tape, Variable a, Variable b)
    {
        Variable y = tape.Result(a.Rows, a.Columns);
        tape.Kernels.Multiply(a.Value, b.Value, y.Value);
        if (tape.Training) Record(tape, a, b, y);
        return y;
    }

    static void Record(Tape tape, Variable a, Variable b, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        tape.Contribute(a, da => tape.Kernels.Multiply(dy, b.Value, da));
        tape.Contribute(b, db => tape.Kernels.Multiply(dy, a.Value, db));
    });
}
