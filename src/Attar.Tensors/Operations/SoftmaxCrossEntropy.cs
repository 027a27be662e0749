using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Mean over rows of -Σ_k t_k log softmax(z)_k.</summary>
public static class SoftmaxCrossEntropy
{
    /// <summary>Returns the mean loss and writes the logits' gradient.</summary>
    /// <param name="logits">(rows, classes)</param>
    /// <param name="targets">(rows, classes): soft targets, each row a distribution</param>
    public static float Apply(Tape tape, Variable logits, Tensor targets)
    {
        Tensor loss = tape.Arena.Allocate(1, Math.Max(1, logits.Rows));
        tape.Contribute(logits, dLogits => tape.Kernels.SoftmaxCrossEntropy(logits.Value, targets, loss, dLogits, 1f / logits.Rows));
        return Mean(loss, logits.Rows);
    }

    /// <summary>As above with one right class a row.</summary>
    public static float Apply(Tape tape, Variable logits, int[] labels)
    {
        Tensor loss = tape.Arena.Allocate(1, Math.Max(1, logits.Rows));
        tape.Contribute(logits, dLogits => tape.Kernels.SoftmaxCrossEntropy(logits.Value, labels, loss, dLogits, 1f / logits.Rows));
        return Mean(loss, logits.Rows);
    }

    static float Mean(Tensor loss, int rows)
    {
        double sum = 0;
        foreach (float value in loss.Span[..rows]) sum += value;
        return rows == 0 ? 0 : (float)(sum / rows);
    }
}
