using Attar.Tensors.Kernels;

namespace Attar.Tensors.Autograd;

/// <summary>Gradients of parameters beside the parameters' own, so that two parts of a batch can run backwards at the same time.</summary>
public sealed class GradientStore : IDisposable
{
    readonly Dictionary<Parameter, Tensor> gradients = [];

    internal Tensor Of(Parameter parameter, out bool accumulate)
    {
        accumulate = true;
        if (!gradients.TryGetValue(parameter, out Tensor? gradient)) gradients.Add(parameter, gradient = Tensor.Zeros(parameter.Rows, parameter.Columns));
        return gradient;
    }

    /// <summary>Adds everything gathered to the parameters' own gradients and starts again from zero.</summary>
    public void MoveTo(IKernels kernels) => kernels.MoveInto([.. gradients.Select(own => (own.Value, own.Key.OwnGradient))]);

    public void Dispose()
    {
        foreach (Tensor gradient in gradients.Values) gradient.Dispose();
    }
}
