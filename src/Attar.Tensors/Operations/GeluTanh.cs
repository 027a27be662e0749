using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>y = x / 2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))), the approximate GELU (Hendrycks and Gimpel 2016) that GPT-2 and Gemma were trained with.</summary>
public static class GeluTanh
{
    public static Variable Apply(Tape tape, Variable x)
    {
        Variable y = tape.Result(x.Rows, x.Columns);
        tape.Kernels.GeluTanh(x.Value, y.Value);
        if (tape.Training) Record(tape, x, y);
        return y;
    }

    static void Record(Tape tape, Variable x, Variable y) => tape.Record(() =>
    {
        if (y.Gradient is { } dy) tape.Contribute(x, dx => tape.Kernels.GeluTanhBackward(x.Value, dy, dx));
    });
}
