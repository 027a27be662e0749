using System.Collections.Concurrent;
using Attar.Tensors.Kernels;

namespace Attar.Tensors.Autograd;

/// <summary>Gradients of parameters, the parameters' own or beside them, so that several parts of a batch can run backwards at the same time.</summary>
/// <param name="own">They are the parameters' own.</param>
public sealed class GradientStore(bool own = false) : IDisposable
{
    readonly ConcurrentDictionary<Parameter, Tensor> gradients = []; // one part adds while another part's thread looks up what is known already

    /// <summary>Told of what a tape does with them.</summary>
    internal IBackwardWatch? Watch { get; set; }

    internal Tensor Of(Parameter parameter, out bool accumulate)
    {
        Watch?.Touched(parameter);
        accumulate = true;
        return Of(parameter);
    }

    Tensor Of(Parameter parameter) => own ? parameter.OwnGradient : gradients.GetOrAdd(parameter, static p => Tensor.Zeros(p.Rows, p.Columns));

    /// <summary>Adds everything gathered to another store's and starts again from zero.</summary>
    public void MoveTo(GradientStore other, IKernels kernels) => kernels.MoveInto([.. gradients.Select(mine => (mine.Value, other.Of(mine.Key)))]);

    /// <summary>The same of some parameters.</summary>
    internal void MoveTo(GradientStore other, IEnumerable<Parameter> parameters, IKernels kernels) =>
        kernels.MoveInto([.. parameters.Where(gradients.ContainsKey).Select(parameter => (gradients[parameter], other.Of(parameter)))]);

    public void Dispose()
    {
        foreach (Tensor gradient in gradients.Values) gradient.Dispose();
    }
}
