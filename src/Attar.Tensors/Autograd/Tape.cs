using Attar.Tensors.Kernels;

namespace Attar.Tensors.Autograd;

/// <summary>Records what a forward pass did so that it can be run backwards. An operation adds one entry: how its inputs' gradients follow from its output's.</summary>
/// <param name="training">Off for scoring: nothing is recorded and dropout does nothing.</param>
/// <param name="seed">Of this step; every dropout on the tape draws from its own stream under it.</param>
/// <param name="weights">Where gradients of parameters gather; null: in the parameters themselves. Tapes that run at the same time need one each.</param>
/// <param name="packed">Weights in the layout that products read fastest, for scoring with weights that do not change.</param>
/// <param name="scratch">Where a model's layers compute, one after the other, of which only the outputs are kept: see <see cref="Operations.Checkpoint"/>. Null: everything is kept until a restart.</param>
public sealed class Tape(IKernels kernels, Arena arena, bool training, ulong seed = 0, GradientStore? weights = null, PackedWeights? packed = null, Arena? scratch = null)
{
    readonly List<Variable> results = []; // handed out again after a restart
    int lent;
    readonly List<Action> backward = [];
    ulong streams;

    public IKernels Kernels => kernels;
    public Arena Arena => arena;
    public bool Training => training;

    /// <summary>Null where weights change, as in training.</summary>
    internal PackedWeights? Packed => packed;

    /// <summary>The tape of a layer of which only the output is kept; null where everything is.</summary>
    internal Tape? Inner { get; } = scratch == null ? null : new Tape(kernels, scratch, training, seed, weights, packed) { isInner = true };

    bool isInner;

    /// <summary>How many dropouts have drawn.</summary>
    internal ulong Streams { get => streams; set => streams = value; }

    /// <summary>A tensor for an operation's result.</summary>
    public Variable Result(int rows, int columns)
    {
        Tensor value = arena.Allocate(rows, columns);
        if (lent == results.Count) results.Add(new Variable(value));
        results[lent].Renew(value);
        return results[lent++];
    }

    /// <summary>Frees every result and its memory: the tape is as new.</summary>
    public void Restart()
    {
        arena.Reset();
        backward.Clear();
        (lent, streams) = (0, 0);
    }

    /// <summary>Adds a step of the backward pass; operations call it in training only.</summary>
    public void Record(Action step) => backward.Add(step);

    /// <summary>A number that differs for every call on a tape and repeats when the step is repeated.</summary>
    public ulong NextStream()
    {
        ulong x = seed + 0x9E3779B97F4A7C15 * ++streams; // SplitMix64 (Steele et al. 2014)
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>Gives the gradient of the loss with respect to an output, shape as its value; <see cref="Backward()"/> goes on from there.</summary>
    public void Start(Variable output, Tensor gradient)
    {
        Tensor target = GradientOf(output, out bool accumulate);
        if (accumulate) kernels.AddScaled(gradient, 1, target);
        else kernels.Copy(gradient, target);
    }

    /// <summary>Runs every recorded operation backwards from an output whose gradient is given.</summary>
    public void Backward(Variable output, Tensor gradient)
    {
        Start(output, gradient);
        Backward();
    }

    /// <summary>Runs every recorded operation backwards; a loss has given the outputs their gradients.</summary>
    public void Backward()
    {
        for (int i = backward.Count - 1; i >= 0; i--)
        {
            backward[i]();
            if (!isInner) weights?.Watch?.Passed(i, backward.Count);
        }
        backward.Clear();
    }

    /// <summary>Where an operation puts an input's gradient: a fresh tensor to write, or the one to add to when <paramref name="accumulate"/>.</summary>
    internal Tensor GradientOf(Variable input, out bool accumulate) =>
        weights != null && input is Parameter { Frozen: false } parameter ? weights.Of(parameter, out accumulate) : input.GradientTarget(arena, out accumulate);

    /// <summary>Gives an input's gradient through a kernel that can only write: adds by way of a temporary where there already is one.</summary>
    internal void Contribute(Variable input, Action<Tensor> write)
    {
        Tensor target = GradientOf(input, out bool accumulate);
        if (!accumulate) { write(target); return; }
        Tensor part = arena.Allocate(input.Rows, input.Columns);
        write(part);
        kernels.AddScaled(part, 1, target);
    }
}
