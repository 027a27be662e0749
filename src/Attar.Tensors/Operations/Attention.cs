using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Tensors.Operations;

/// <summary>Scaled dot-product attention (Vaswani et al. 2017) over packed sequences. The weights are not kept: the backward pass computes them again.</summary>
public static class Attention
{
    /// <param name="q">(query rows, heads · headSize)</param>
    /// <param name="k">(key rows, keyHeads · headSize)</param>
    /// <param name="v">(key rows, keyHeads · headSize)</param>
    /// <returns>(query rows, heads · headSize)</returns>
    public static Variable Apply(Tape tape, Variable q, Variable k, Variable v, AttentionShape shape)
    {
        Variable o = tape.Result(q.Rows, q.Columns);
        tape.Kernels.Attention(q.Value, k.Value, v.Value, o.Value, shape);
        if (tape.Training) Record(tape, q, k, v, o, shape);
        return o;
    }

    static void Record(Tape tape, Variable q, Variable k, Variable v, Variable o, AttentionShape shape) => tape.Record(() =>
    {
        if (o.Gradient is not { } dO) return;
        tape.Contribute(q, dq => tape.Contribute(k, dk => tape.Contribute(v, dv =>
            tape.Kernels.AttentionBackward(q.Value, k.Value, v.Value, dO, dq, dk, dv, shape))));
    });
}
