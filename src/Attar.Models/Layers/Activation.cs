using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models.Layers;

/// <summary>What a feed-forward layer or a head puts between its products.</summary>
public enum Activation { Gelu, GeluTanh, Relu, Silu, Tanh }

static class Activations
{
    public static Variable Apply(this Activation activation, Tape tape, Variable x) => activation switch
    {
        Activation.Gelu => Gelu.Apply(tape, x),
        Activation.GeluTanh => GeluTanh.Apply(tape, x),
        Activation.Relu => Relu.Apply(tape, x),
        Activation.Tanh => Tanh.Apply(tape, x),
        _ => throw new NotSupportedException($"{activation} is known only as a gate"),
    };

    /// <summary>activation(gate) up (Shazeer 2020).</summary>
    public static Variable Gate(this Activation activation, Tape tape, Variable gate, Variable up) =>
        activation == Activation.Silu ? SwiGlu.Apply(tape, gate, up) : Multiply.Apply(tape, activation.Apply(tape, gate), up);
}
