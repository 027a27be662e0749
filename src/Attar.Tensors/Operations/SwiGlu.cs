using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = gate σ(gate) up (Shazeer 2020): the feed-forward activation of Llama.</summary>
public static class SwiGlu
{
    /// <param name="gate">(rows, intermediate)</param>
    /// <param name="up">(rows, intermediate)</param>
    public static Variable Apply(Tape tape, Variable gate, Variable up)
    {
        Variable y = tape.Result(gate.Rows, gate.Columns);
        tape.Kernels.SwiGlu(gate.Value, up.Value, y.Value);
        if (tape.Training) Record(tape, gate, up, y);
        return y;
    }

    static void Record(Tape tape, Variable gate, Variable up, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is not { } dy) return;
        tape.Contribute(gate, dGate => tape.Contribute(up, dUp => tape.Kernels.SwiGluBackward(gate.Value, up.Value, dy, dGate, dUp)));
    });
}
