using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Looks up rows of tables and adds them: words, positions, segments.</summary>
public static class Embedding
{
    /// <param name="lookups">A table (entries, hidden) and the entry of each row.</param>
    /// <returns>(rows, hidden)</returns>
    public static Variable Apply(Tape tape, params ReadOnlySpan<(Variable Table, int[] Rows)> lookups)
    {
        (Variable Table, int[] Rows)[] all = lookups.ToArray();
        Variable y = tape.Result(all[0].Rows.Length, all[0].Table.Columns);
        for (int i = 0; i < all.Length; i++) tape.Kernels.Gather(all[i].Table.Value, all[i].Rows, y.Value, accumulate: i > 0);
        tape.Record(() =>
        {
            if (y.Gradient is not { } dy) return;
            foreach ((Variable table, int[] rows) in all) ScatterInto(tape, dy, rows, table);
        });
        return y;
    }

    internal static void ScatterInto(Tape tape, Tensor dy, int[] rows, Variable table)
    {
        Tensor target = tape.GradientOf(table, out bool accumulate);
        if (!accumulate) tape.Kernels.Fill(target, 0);
        tape.Kernels.ScatterAdd(dy, rows, target);
    }
}
