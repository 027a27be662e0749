using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = tanh x: the activation of BERT's pooler.</summary>
public static class Tanh
{
    public static Variable Apply(Tape tape, Variable x)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        tape.Kernels.Tanh(x.Value, y.Value);
        if (tape.Training) Record(tape, x, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) tape.Contribute(x, dx => tape.Kernels.TanhBackward(y.Value, dy, dx));
    });
}
