using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Looks up rows of tables and adds them: words, positions, segments.</summary>
public static class Embedding
{
    /// <param name="lookups">A table (entries, hidden) and the entry of each row.</param>
    /// <returns>(rows, hidden)</returns>
    public static Variable Apply(Tape tape, params ReadOnlySpan<(Variable Table, ReadOnlyMemory<int> Rows)> lookups)
    {
        Variable y = tape.Result(lookups[0].Rows.Length, lookups[0].Table.Columns);
        for (int i = 0; i < lookups.Length; i++) tape.Kernels.Gather(lookups[i].Table.Value, lookups[i].Rows, y.Value, accumulate: i > 0);
        if (tape.Training) Record(tape, lookups.ToArray(), y);
        return y;
    }

    static void Record(Tape tape, (Variable Table, ReadOnlyMemory<int> Rows)[] all, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        foreach ((Variable table, ReadOnlyMemory<int> rows) in all) ScatterInto(tape, dy, rows, table);
    });

    internal static void ScatterInto(Tape tape, Tensor dy, ReadOnlyMemory<int> rows, Variable table)
    {
        if (!table.WantsGradient) return;
        Tensor target = tape.GradientOf(table, out bool accumulate);
        if (!accumulate) tape.Kernels.Fill(target, 0);
        tape.Kernels.ScatterAdd(dy, rows, target);
    }
}
