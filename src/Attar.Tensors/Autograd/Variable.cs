namespace Attar.Tensors.Autograd;

/// <summary>A tensor in a computation, and the gradient of the loss with respect to it once the tape has run back.</summary>
public class Variable(Tensor value)
{
    public Tensor Value { get; private set; } = value;
    public int Rows => Value.Rows;
    public int Columns => Value.Columns;

    /// <summary>Same shape as the value; null until something wrote it.</summary>
    public Tensor? Gradient { get; protected set; }

    /// <summary>Whether anything is gained by knowing its gradient.</summary>
    internal virtual bool WantsGradient => true;

    /// <summary>Stands for another result from now on.</summary>
    internal void Renew(Tensor other) => (Value, Gradient) = (other, null);

    /// <summary>Where an operation puts this input's gradient: a fresh tensor to write, or the one to add to when <paramref name="accumulate"/>.</summary>
    internal virtual Tensor GradientTarget(Arena arena, out bool accumulate)
    {
        accumulate = Gradient != null;
        return Gradient ??= arena.Allocate(Rows, Columns);
    }
}

/// <summary>A weight: lives across steps, and so does its gradient, which operations always add to.</summary>
public sealed class Parameter : Variable, IDisposable
{
    /// <param name="decays">Whether weight decay applies: matrices yes, biases and normalisation gains no.</param>
    public Parameter(string name, Tensor value, bool decays) : base(value) => (Name, Decays) = (name, decays);

    /// <summary>The tensor's name in a checkpoint.</summary>
    public string Name { get; }
    public bool Decays { get; }

    /// <summary>Multiplies the learning rate: above 1 for what has much to learn beside weights that know much already.</summary>
    public float Rate { get; set; } = 1;

    /// <summary>Not to be trained: it gets no gradient, and its memory may be read-only.</summary>
    public bool Frozen { get; set; }

    internal override bool WantsGradient => !Frozen;

    /// <exception cref="InvalidOperationException">when the weight's memory cannot be written, so that a gradient has no use.</exception>
    internal Tensor OwnGradient => Gradient ??= Value.IsReadOnly
        ? throw new InvalidOperationException($"{Name}: the model was loaded to be used as it is; load it to be trained")
        : Tensor.Zeros(Rows, Columns);

    /// <summary>The gradient of a frozen weight, where a kernel cannot but write one, goes where nobody reads it.</summary>
    internal override Tensor GradientTarget(Arena arena, out bool accumulate)
    {
        accumulate = !Frozen;
        return Frozen ? arena.Allocate(Rows, Columns) : OwnGradient;
    }

    /// <summary>Keeps the values in 16 bits from now on: half the memory, three digits of each. Such a weight cannot be trained.</summary>
    public void Narrow()
    {
        if (Value.Format != NumberFormat.Float32) return;
        Tensor wide = Value;
        Renew(wide.Narrowed());
        wide.Dispose();
    }

    public void Dispose()
    {
        Value.Dispose();
        Gradient?.Dispose();
    }
}
