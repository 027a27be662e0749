using Attar.Models;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Training;

/// <summary>The forward and backward pass of one step, its batch in parts that run at the same time. There are always as many parts, so any number of threads gives the same bits.</summary>
/// <param name="rounds">Batches of a step, one after the other; their gradients add up.</param>
/// <param name="checkpointing">Layers are computed again on the way back.</param>
sealed class StepParts(PairModel model, ITrainingData data, IKernels kernels, int rounds = 1, bool checkpointing = false) : IDisposable
{
    public const int Count = 2;
    readonly Arena[] arenas = [.. Enumerable.Range(0, Count).Select(_ => new Arena())];
    readonly Arena[] scratches = checkpointing ? [.. Enumerable.Range(0, Count).Select(_ => new Arena())] : [];
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
        int first = step * Count * rounds, parts = Math.Min(Count * rounds, batches - first);
        float[] losses = new float[parts];
        for (int round = 0; round < parts; round += Count)
            kernels.Concurrently(Math.Min(Count, parts - round), (part, _, own) =>
            {
                arenas[part].Reset();
                ulong seedOfPart = (seed * (ulong)rounds + (ulong)(round / Count)) * Count + (ulong)part;
                var tape = new Tape(own, arenas[part], training: true, seedOfPart, stores[part], scratch: checkpointing ? scratches[part] : null);
                losses[round + part] = data.Loss(tape, model, epoch, first + round + part);
                tape.Backward();
            });
        for (int part = 1; part < Math.Min(Count, parts); part++) stores[part]!.MoveTo(kernels);
        return (losses.Average(), 1f / parts);
    }

    /// <summary>Steps of an epoch of so many batches.</summary>
    public static int StepsOf(int batches, int rounds) => (batches + Count * rounds - 1) / (Count * rounds);

    public void Dispose()
    {
        foreach (Arena arena in (Arena[])[.. arenas, .. scratches]) arena.Dispose();
        foreach (GradientStore? store in stores) store?.Dispose();
    }
}
