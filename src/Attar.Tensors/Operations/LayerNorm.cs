using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = LayerNorm(x + residual) gain + bias (Ba, Kiros and Hinton 2016), the residual sum fused in.</summary>
public static class LayerNorm
{
    /// <param name="x">(rows, hidden)</param>
    /// <param name="residual">(rows, hidden) or null</param>
    /// <param name="gain">(1, hidden)</param>
    /// <param name="bias">(1, hidden) or null</param>
    public static Variable Apply(Tape tape, Variable x, Variable? residual, Variable gain, Variable? bias, float epsilon)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        Tensor? sum = tape.Training ? tape.Arena.Allocate(x.Rows, x.Columns) : null, statistics = tape.Training ? tape.Arena.Allocate(x.Rows, 2) : null;
        tape.Kernels.LayerNorm(x.Value, residual?.Value, gain.Value, bias?.Value ?? tape.Arena.Zeros(1, x.Columns), epsilon, sum, statistics, y.Value);
        if (tape.Training) Record(tape, x, residual, gain, bias, sum!, statistics!, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable? residual, Variable gain, Variable? bias, Tensor sum, Tensor statistics, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        Tensor dSum = tape.Arena.Allocate(x.Rows, x.Columns);
        bool addBias = false;
        Tensor dGain = tape.GradientOf(gain, out bool addGain), dBias = bias == null ? tape.Arena.Allocate(1, x.Columns) : tape.GradientOf(bias, out addBias);
        if (!addGain) tape.Kernels.Fill(dGain, 0);
        if (!addBias) tape.Kernels.Fill(dBias, 0);
        tape.Kernels.LayerNormBackward(sum, statistics, gain.Value, dy, dSum, dGain, dBias);
        Add.Pass(tape, dSum, x);
        if (residual != null) Add.Pass(tape, dSum, residual);
    });
}
