using Attar.Tensors.Kernels;

namespace Attar.Tensors.Autograd;

/// <summary>Weights laid out for fast products, each on its first use. Only for weights that do not change meanwhile.</summary>
/// <param name="inPlace">They stay where they are, for they are too large to be held twice.</param>
/// <param name="outliers">Rows that they are multiplied with have values far from all others.</param>
/// <param name="givenBack">Weights that nothing else reads: once laid out, the memory they had is free.</param>
public sealed class PackedWeights(Precision precision = Precision.Float32, bool inPlace = false, bool outliers = false, IReadOnlySet<Parameter>? givenBack = null) : IDisposable
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
            if (matrices.TryGetValue(weight, out packed)) return packed;
            matrices.Add(weight, packed = inPlace ? kernels.InPlace(weight.Value, precision, outliers) : kernels.Pack(weight.Value, precision, outliers));
            if (!inPlace && weight is Parameter parameter && givenBack?.Contains(parameter) == true) parameter.Value.Dispose();
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
