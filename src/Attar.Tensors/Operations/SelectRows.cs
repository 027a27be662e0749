using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y[i] = x[rows[i]]: the first or last token of every sequence, or the masked ones.</summary>
public static class SelectRows
{
    /// <returns>(rows.Length, columns of x)</returns>
    public static Variable Apply(Tape tape, Variable x, ReadOnlyMemory<int> rows)
    {
        Variable y = tape.Result(rows.Length, x.Columns);
        tape.Kernels.Gather(x.Value, rows, y.Value);
        if (tape.Training) Record(tape, x, rows, y);
        return y;
    }

    static void Record(Tape tape, Variable x, ReadOnlyMemory<int> rows, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) Embedding.ScatterInto(tape, dy, rows, x);
    });
}
