using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = max(x, 0): the activation of DistilBERT's head.</summary>
public static class Relu
{
    public static Variable Apply(Tape tape, Variable x)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        tape.Kernels.Relu(x.Value, y.Value);
        if (tape.Training) Record(tape, x, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) tape.Contribute(x, dx => tape.Kernels.ReluBackward(y.Value, dy, dx));
    });
}
