using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models.Layers;

/// <summary>A linear layer of a model: a weight (rows, columns), perhaps a bias, perhaps a low-rank update.</summary>
sealed class Projection
{
    /// <param name="part">Which of <paramref name="parts"/> layers it is that a checkpoint keeps in one tensor, one below the other.</param>
    public Projection(ParameterSet set, string name, int rows, int columns, bool bias = true, int part = 0, int parts = 1)
    {
        Name = name;
        Weight = set.Matrix($"{name}.weight", rows, columns, part, parts);
        if (bias) Bias = set.Vector($"{name}.bias", rows, part, parts);
        set.Projections.Add(this);
    }

    /// <summary>As in a checkpoint, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public string Name { get; }

    /// <summary>The last part of the name, the same in every layer.</summary>
    public string Kind => Name[(Name.LastIndexOf('.') + 1)..];

    public Parameter Weight { get; }
    public Parameter? Bias { get; }
    public LoraLayer? Lora { get; set; }

    public Variable Apply(Tape tape, Variable x)
    {
        Variable y = Linear.Apply(tape, x, Weight, Bias);
        Lora?.AddTo(tape, y, x);
        return y;
    }
}
