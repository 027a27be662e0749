using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Zeroes a random share of the elements in training and scales the rest up (Srivastava et al. 2014). No mask is kept: the backward pass draws the same one again.</summary>
public static class Dropout
{
    public static Variable Apply(Tape tape, Variable x, float probability)
    {
        if (!tape.Training || probability == 0) return x;
        Variable y = tape.Result(x.Rows, x.Columns);
        ulong stream = tape.NextStream();
        tape.Kernels.Dropout(x.Value, y.Value, probability, stream);
        Record(tape, x, y, probability, stream);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y, float probability, ulong stream) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) tape.Contribute(x, dx => tape.Kernels.Dropout(dy, dx, probability, stream));
    });
}
