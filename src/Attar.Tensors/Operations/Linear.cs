using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = x wᵀ + b, weights laid out (out, in) as PyTorch and Hugging Face do.</summary>
public static class Linear
{
    /// <param name="x">(rows, in)</param>
    /// <param name="weight">(out, in)</param>
    /// <param name="bias">(1, out) or null</param>
    /// <returns>(rows, out)</returns>
    public static Variable Apply(Tape tape, Variable x, Variable weight, Variable? bias = null)
    {
        Variable y = tape.Result(x.Rows, weight.Rows);
        if (tape.Packed?.Of(weight, tape.Kernels) is { } packed) tape.Kernels.MatMul(x.Value, packed, y.Value, bias?.Value);
        else tape.Kernels.MatMul(x.Value, false, weight.Value, true, y.Value, bias?.Value);
        if (tape.Training) Record(tape, x, weight, bias, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable weight, Variable? bias, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        Spread(tape, dy, x, weight);
        if (bias is not { WantsGradient: true }) return;
        Tensor db = tape.GradientOf(bias, out bool addB);
        if (!addB) tape.Kernels.Fill(db, 0);
        tape.Kernels.AddColumnSums(dy, db);
    });

    /// <summary>y += x wᵀ, where y stands: what it was is not needed on the way back.</summary>
    /// <param name="y">(rows, out), not yet used by another operation</param>
    /// <param name="x">(rows, in)</param>
    /// <param name="weight">(out, in)</param>
    public static void AddTo(Tape tape, Variable y, Variable x, Variable weight)
    {
        tape.Kernels.MatMul(x.Value, false, weight.Value, true, y.Value, accumulate: true);
        if (tape.Training) RecordAddTo(tape, y, x, weight);
    }

    static void RecordAddTo(Tape tape, Variable y, Variable x, Variable weight) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) Spread(tape, dy, x, weight);
    });

    /// <summary>The gradient of a product to its factors.</summary>
    static void Spread(Tape tape, Tensor dy, Variable x, Variable weight)
    {
        Tensor dx = tape.GradientOf(x, out bool addX);
        tape.Kernels.MatMul(dy, false, weight.Value, false, dx, accumulate: addX);
        if (!weight.WantsGradient) return;
        Tensor dw = tape.GradientOf(weight, out bool addW);
        tape.Kernels.MatMul(dy, true, x.Value, false, dw, accumulate: addW);
    }
}
