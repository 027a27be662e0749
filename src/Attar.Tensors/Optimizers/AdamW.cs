using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Tensors.Optimizers;

/// <summary>The options of <see cref="AdamW"/>; defaults as PyTorch's, but for the decay of 0.01 that applies to matrices only.</summary>
public sealed record AdamWOptions(float Beta1 = .9f, float Beta2 = .999f, float Epsilon = 1e-8f, float WeightDecay = .01f, float ClipNorm = 1);

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019) and clipping of the gradient's global norm (Pascanu et al. 2013).</summary>
public sealed class AdamW : IDisposable
{
    readonly AdamWOptions options;
    readonly (Parameter Parameter, Tensor Mean, Tensor Variance)[] slots;

    public AdamW(IEnumerable<Parameter> parameters, AdamWOptions options)
    {
        this.options = options;
        slots = [.. parameters.Select(p => (p, Tensor.Zeros(p.Rows, p.Columns), Tensor.Zeros(p.Rows, p.Columns)))];
    }

    /// <summary>Steps taken so far.</summary>
    public int Steps { get; set; }

    /// <summary>First and second moments by parameter, for checkpoints.</summary>
    public IEnumerable<(Parameter Parameter, Tensor Mean, Tensor Variance)> State => slots;

    /// <summary>Applies and clears the gradients. Returns their norm before clipping; when it is not finite nothing is applied.</summary>
    /// <param name="gradientScale">Multiplies the gradients first: 1/n where those of n parts were added up.</param>
    public float Step(IKernels kernels, float learningRate, float gradientScale = 1)
    {
        AdamWSlot[] live = [.. slots.Where(slot => slot.Parameter.Gradient != null).Select(slot => new AdamWSlot(slot.Parameter.Value, slot.Parameter.Gradient!, slot.Mean, slot.Variance, slot.Parameter.Decays, slot.Parameter.Rate))];
        float norm = (float)Math.Sqrt(kernels.SumOfSquares([.. live.Select(slot => slot.Gradient)])) * gradientScale;
        if (!float.IsFinite(norm)) return norm;
        Steps++;
        float scale = gradientScale * (options.ClipNorm > 0 && norm > options.ClipNorm ? options.ClipNorm / norm : 1);
        kernels.AdamW(live, new AdamWStep(learningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay,
            (float)(1 - Math.Pow(options.Beta1, Steps)), (float)(1 - Math.Pow(options.Beta2, Steps)), scale));
        return norm;
    }

    public void Dispose()
    {
        foreach (var slot in slots) { slot.Mean.Dispose(); slot.Variance.Dispose(); }
    }
}
