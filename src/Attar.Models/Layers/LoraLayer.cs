using System.Numerics.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models.Layers;

/// <summary>A low-rank update of one linear layer: y = x Wᵀ + b + scale (x Aᵀ) Bᵀ (Hu et al. 2021).</summary>
/// <param name="a">A (rank, in)</param>
/// <param name="b">B (out, rank)</param>
sealed class LoraLayer(Parameter a, Parameter b, float scale, float dropout)
{
    /// <summary>Adds the update to the layer's output (rows, out).</summary>
    public void AddTo(Tape tape, Variable y, Variable x)
    {
        Variable low = Linear.Apply(tape, Dropout.Apply(tape, x, dropout), a); // (rows, rank)
        Linear.AddTo(tape, y, Affine.Apply(tape, low, scale), b);
    }

    /// <summary>Adds the update to the layer's weight W (out, in): what computes the same alone.</summary>
    public void AddTo(Span<float> weight)
    {
        for (int row = 0; row < b.Rows; row++)
            for (int k = 0; k < a.Rows; k++)
            {
                Span<float> to = weight.Slice(row * a.Columns, a.Columns);
                TensorPrimitives.MultiplyAdd(a.Value.Row(k), scale * b.Value.Row(row)[k], to, to);
            }
    }
}
