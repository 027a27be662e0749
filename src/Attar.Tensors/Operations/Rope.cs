using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Tensors.Operations;

/// <summary>Rotary position embedding (Su et al. 2021) in Hugging Face's half-split layout.</summary>
public static class Rope
{
    /// <param name="x">(tokens, heads · headSize)</param>
    /// <param name="positions">of each token in its sequence</param>
    public static Variable Apply(Tape tape, Variable x, ReadOnlyMemory<int> positions, RopeFrequencies frequencies)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        tape.Kernels.Copy(x.Value, y.Value);
        tape.Kernels.Rope(y.Value, positions, frequencies, inverse: false);
        if (tape.Training) Record(tape, x, y, positions, frequencies);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y, ReadOnlyMemory<int> positions, RopeFrequencies frequencies) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        tape.Contribute(x, dx =>
        {
            tape.Kernels.Copy(dy, dx);
            tape.Kernels.Rope(dx, positions, frequencies, inverse: true);
        });
    });
}
