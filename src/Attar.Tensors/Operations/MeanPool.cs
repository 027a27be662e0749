using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Tensors.Operations;

/// <summary>The mean of each sequence's rows: attention of a query to which all keys are alike.</summary>
public static class MeanPool
{
    /// <param name="x">(tokens, hidden)</param>
    /// <param name="offsets">(sequences + 1)</param>
    /// <param name="oneEach">0, 1, …, sequences</param>
    /// <returns>(sequences, hidden)</returns>
    public static Variable Apply(Tape tape, Variable x, ReadOnlyMemory<int> offsets, ReadOnlyMemory<int> oneEach)
    {
        Variable nothing = tape.Result(offsets.Length - 1, x.Columns);
        tape.Kernels.Fill(nothing.Value, 0);
        return Attention.Apply(tape, nothing, x, x, new AttentionShape(oneEach, offsets, 1, 1, x.Columns, Causal: false));
    }
}
