using Attar.Models;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Training;

/// <summary>The forward and backward pass of one step, its batch in parts that run at the same time. There are always as many parts, so any number of threads gives the same bits.</summary>
sealed class StepParts(PairModel model, ITrainingData data, IKernels kernels) : IDisposable
{
    public const int Count = 2;
    readonly Arena[] arenas = [.. Enumerable.Range(0, Count).Select(_ => new Arena())];
    readonly GradientStore?[] stores = [null, .. Enumerable.Range(1, Count - 1).Select(_ => new GradientStore())]; // the first part uses the parameters' own
    int epoch = -1, batches;

    /// <summary>Gathers the step's gradients in the parameters. Returns the mean loss and what the gradients must be multiplied with.</summary>
    public (float Loss, float Share) Run(int epoch, int step, ulong seed)
    {
        if (this.epoch != epoch)
        {
            data.Begin(epoch);
            (this.epoch, batches) = (epoch, data.BatchesOf(epoch));
        }
        int first = step * Count, parts = Math.Min(Count, batches - first);
        float[] losses = new float[parts];
        kernels.Concurrently(parts, (part, _, own) =>
        {
            arenas[part].Reset();
            var tape = new Tape(own, arenas[part], training: true, seed * Count + (ulong)part, stores[part]);
            losses[part] = data.Loss(tape, model, epoch, first + part);
            tape.Backward();
        });
        for (int part = 1; part < parts; part++) stores[part]!.MoveTo(kernels);
        return (losses.Average(), 1f / parts);
    }

    public void Dispose()
    {
        foreach (Arena arena in arenas) arena.Dispose();
        foreach (GradientStore? store in stores) store?.Dispose();
    }
}
