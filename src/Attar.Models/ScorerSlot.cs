using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Models;

/// <summary>What one thread works with as a model scores: memory that is used again.</summary>
/// <param name="layerByLayer">Keeps of each layer what it gives alone: a large model's activations would take as much memory as its weights.</param>
sealed class ScorerSlot(bool layerByLayer = false) : IDisposable
{
    readonly Arena arena = new();
    readonly Arena? scratch = layerByLayer ? new() : null;
    public readonly PackedBatch Batch = new();
    readonly List<(IKernels Kernels, Tape Tape)> tapes = []; // a lone batch gets all threads, one of several a share

    public Tape TapeOf(IKernels kernels, PackedWeights? packed)
    {
        foreach ((IKernels known, Tape tape) in tapes)
            if (known == kernels) return tape;
        tapes.Add((kernels, new Tape(kernels, arena, training: false, packed: packed, scratch: scratch)));
        return tapes[^1].Tape;
    }

    public void Dispose()
    {
        arena.Dispose();
        scratch?.Dispose();
    }
}
