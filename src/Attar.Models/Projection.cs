using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models;

/// <summary>A linear layer of a model: a weight (rows, columns) and perhaps a bias.</summary>
/// <param name="part">Which of <paramref name="parts"/> layers it is that a checkpoint keeps in one tensor, one below the other.</param>
sealed class Projection(ParameterSet set, string name, int rows, int columns, bool bias = true, int part = 0, int parts = 1)
{
    public Parameter Weight { get; } = set.Matrix($"{name}.weight", rows, columns, part, parts);
    public Parameter? Bias { get; } = bias ? set.Vector($"{name}.bias", rows, part, parts) : null;

    public Variable Apply(Tape tape, Variable x) => Linear.Apply(tape, x, Weight, Bias);
}
