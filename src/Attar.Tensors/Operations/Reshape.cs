using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>The same values in as many rows of another length: heads as rows, to be normalised each on its own.</summary>
public static class Reshape
{
    /// <param name="columns">Of the result; divides the number of values.</param>
    public static Variable Apply(Tape tape, Variable x, int columns)
    {
        Variable y = tape.Result((int)(x.Value.Count / columns), columns);
        tape.Kernels.Copy(x.Value, y.Value);
        if (tape.Training) Record(tape, x, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) Add.Pass(tape, dy, x);
    });
}
