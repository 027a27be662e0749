using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = x / sqrt(mean(x²) + epsilon) gain (Zhang and Sennrich 2019).</summary>
public static class RmsNorm
{
    /// <param name="x">(rows, hidden)</param>
    /// <param name="gain">(1, hidden)</param>
    public static Variable Apply(Tape tape, Variable x, Variable gain, float epsilon)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        Tensor statistics = tape.Arena.Allocate(x.Rows, 1);
        tape.Kernels.RmsNorm(x.Value, gain.Value, epsilon, statistics, y.Value);
        if (tape.Training) Record(tape, x, gain, statistics, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable gain, Tensor statistics, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        Tensor dGain = tape.GradientOf(gain, out bool addGain);
        if (!addGain) tape.Kernels.Fill(dGain, 0);
        tape.Contribute(x, dx => tape.Kernels.RmsNormBackward(x.Value, statistics, gain.Value, dy, dx, dGain));
    });
}
