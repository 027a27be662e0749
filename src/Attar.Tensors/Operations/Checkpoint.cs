using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Keeps only what a part of a model gives, not what it computed on the way. In training it is computed once more when its gradient is wanted (Chen et al. 2016): memory for one part in place of all, for a third more work.</summary>
/// <remarks>Dropout draws the same numbers the second time, so gradients are those of a tape that keeps everything, bit for bit.</remarks>
public static class Checkpoint
{
    /// <param name="x">The part's only input that is no weight.</param>
    /// <param name="state">What else the part needs; given apart so that scoring allocates nothing.</param>
    /// <param name="part">Computes the same whenever it is called. Where the tape has no scratch memory it is called once, on the tape itself.</param>
    public static Variable Apply<T>(Tape tape, Variable x, T state, Func<Tape, Variable, T, Variable> part)
    {
        if (tape.Inner is not { } inner) return part(tape, x, state);
        ulong streams = tape.Streams;
        inner.Restart();
        inner.Streams = streams;
        Variable computed = part(inner, x, state), y = tape.Result(computed.Rows, computed.Columns);
        tape.Kernels.Copy(computed.Value, y.Value);
        tape.Streams = inner.Streams;
        if (tape.Training) Record(tape, inner, x, state, part, streams, y);
        return y;
    }

    static void Record<T>(Tape tape, Tape inner, Variable x, T state, Func<Tape, Variable, T, Variable> part, ulong streams, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        inner.Restart();
        inner.Streams = streams;
        inner.Backward(part(inner, new Outside(tape, x), state), dy);
    });

    /// <summary>An input from the tape outside: its gradient must outlive the part.</summary>
    sealed class Outside(Tape tape, Variable original) : Variable(original.Value)
    {
        internal override Tensor GradientTarget(Arena arena, out bool accumulate) => tape.GradientOf(original, out accumulate);
    }
}
