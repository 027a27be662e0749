using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Linear layers of which each attention head uses its own rows W_h (d, in) of one weight (heads · d, in).</summary>
/// <remarks>With them a single query attends to inputs that were never projected to keys and values: q_h · (W_h x) = (q_h W_h) · x, and Σ p_j W_h x_j = W_h Σ p_j x_j.</remarks>
public static class HeadLinear
{
    /// <summary>y_h = x_h W_h: a query as it meets the keys' inputs.</summary>
    /// <param name="x">(rows, heads · d)</param>
    /// <param name="weight">(heads · d, in)</param>
    /// <returns>(rows, heads · in)</returns>
    public static Variable Expand(Tape tape, Variable x, Variable weight, int heads)
    {
        Variable y = tape.Result(x.Rows, heads * weight.Columns);
        tape.Kernels.HeadsExpand(x.Value, weight.Value, y.Value, heads);
        if (tape.Training) RecordExpand(tape, x, weight, heads, y);
        return y;
    }

    static void RecordExpand(Tape tape, Variable x, Variable weight, int heads, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        tape.Contribute(x, dx => tape.Kernels.HeadsReduce(dy, weight.Value, null, dx, heads));
        OuterInto(tape, weight, x.Value, dy, heads);
    });

    /// <summary>y_h = x_h W_hᵀ + b_h: averaged inputs as a head's values.</summary>
    /// <param name="x">(rows, heads · in)</param>
    /// <param name="weight">(heads · d, in)</param>
    /// <param name="bias">(1, heads · d)</param>
    /// <returns>(rows, heads · d)</returns>
    public static Variable Reduce(Tape tape, Variable x, Variable weight, Variable bias, int heads)
    {
        Variable y = tape.Result(x.Rows, weight.Rows);
        tape.Kernels.HeadsReduce(x.Value, weight.Value, bias.Value, y.Value, heads);
        if (tape.Training) RecordReduce(tape, x, weight, bias, heads, y);
        return y;
    }

    static void RecordReduce(Tape tape, Variable x, Variable weight, Variable bias, int heads, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        tape.Contribute(x, dx => tape.Kernels.HeadsExpand(dy, weight.Value, dx, heads));
        OuterInto(tape, weight, dy, x.Value, heads);
        Tensor db = tape.GradientOf(bias, out bool add);
        if (!add) tape.Kernels.Fill(db, 0);
        tape.Kernels.AddColumnSums(dy, db);
    });

    static void OuterInto(Tape tape, Variable weight, Tensor narrow, Tensor wide, int heads)
    {
        if (!weight.WantsGradient) return;
        Tensor dw = tape.GradientOf(weight, out bool add);
        if (!add) tape.Kernels.Fill(dw, 0);
        tape.Kernels.HeadsOuter(narrow, wide, dw, heads);
    }
}
