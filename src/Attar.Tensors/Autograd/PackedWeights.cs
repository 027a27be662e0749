using Attar.Tensors.Kernels;

namespace Attar.Tensors.Autograd;

/// <summary>Weights laid out for fast products, each on its first use. Only for weights that do not change meanwhile.</summary>
public sealed class PackedWeights(Precision precision = Precision.Float32) : IDisposable
{
    readonly Dictionary<Variable, IPackedMatrix> matrices = [];
    readonly ReaderWriterLockSlim guard = new();

    /// <summary>The packed form of a weight (out, in); threads may ask at the same time.</summary>
    internal IPackedMatrix Of(Variable weight, IKernels kernels)
    {
        guard.EnterReadLock();
        bool found = matrices.TryGetValue(weight, out IPackedMatrix? packed);
        guard.ExitReadLock();
        if (found) return packed!;
        guard.EnterWriteLock();
        try
        {
            if (!matrices.TryGetValue(weight, out packed)) matrices.Add(weight, packed = kernels.Pack(weight.Value, precision));
            return packed;
        }
        finally
        {
            guard.ExitWriteLock();
        }
    }

    public void Dispose()
    {
        foreach (IPackedMatrix matrix in matrices.Values) matrix.Dispose();
        guard.Dispose();
    }
}
