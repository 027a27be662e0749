using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = GELU(x upᵀ + b) downᵀ + c, the feed-forward half of a transformer's layer (Vaswani et al. 2017).</summary>
public static class FeedForward
{
    /// <param name="x">(rows, in)</param>
    /// <param name="up">(middle, in)</param>
    /// <param name="upBias">(1, middle) or null</param>
    /// <param name="down">(out, middle)</param>
    /// <param name="downBias">(1, out) or null</param>
    /// <returns>(rows, out)</returns>
    public static Variable Apply(Tape tape, Variable x, Variable up, Variable? upBias, Variable down, Variable? downBias)
    {
        if (tape.Packed is not { } packed) return Linear.Apply(tape, Gelu.Apply(tape, Linear.Apply(tape, x, up, upBias)), down, downBias);
        Variable y = tape.Result(x.Rows, down.Rows);
        tape.Kernels.FeedForward(x.Value, packed.Of(up, tape.Kernels), upBias?.Value, packed.Of(down, tape.Kernels), downBias?.Value, y.Value);
        return y;
    }
}
