using System.Numerics;
using Attar.Models;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Collectives;
using Attar.Tensors.Kernels;

namespace Attar.Training;

/// <summary>
/// The forward and backward pass of one step, its batch in parts that run at the same time, on this machine and on others. Their number follows from the batch alone, and their gradients
/// are added up in pairs, so any number of threads gives the same bits, and so does any number of ranks that is a power of two.
/// </summary>
sealed class StepParts : IDisposable
{
    const int PartTokens = 1024, Fewest = 2, Most = 64; // a part's tokens keep a core's own cache and products busy

    readonly PairModel model;
    readonly ITrainingData data;
    readonly IKernels kernels;
    readonly int count, rounds, own, ownFirst;
    readonly Arena[] arenas, scratches; // by thread
    readonly GradientStore[] stores; // of this rank's parts; the first one uses the parameters' own
    int epoch = -1, batches;

    /// <param name="count">Parts of all ranks.</param>
    /// <param name="rounds">Batches of a part in a step, one after the other; their gradients add up.</param>
    /// <param name="checkpointing">Layers are computed again on the way back.</param>
    /// <param name="ranks">Who else takes parts; null: nobody.</param>
    /// <exception cref="InputException">when there are more ranks than parts.</exception>
    public StepParts(PairModel model, ITrainingData data, IKernels kernels, int count = Fewest, int rounds = 1, bool checkpointing = false, Communicator? ranks = null)
    {
        (this.model, this.data, this.kernels, this.count, this.rounds) = (model, data, kernels, count, rounds);
        if (ranks?.Size > count) throw new InputException("batchTokens", $"a step has {count} parts, one for each {PartTokens:n0} tokens of its batch, and there are {ranks.Size} ranks; start {count}, or raise it (--batch-tokens) to {BitOperations.RoundUpToPowerOf2((uint)ranks.Size) * PartTokens} or more");
        ownFirst = (ranks?.Rank ?? 0) * count / (ranks?.Size ?? 1);
        own = ((ranks?.Rank ?? 0) + 1) * count / (ranks?.Size ?? 1) - ownFirst;
        stores = [.. Enumerable.Range(0, own).Select(part => new GradientStore(own: part == 0))];
        arenas = [.. Enumerable.Range(0, Math.Min(own, kernels.Threads)).Select(_ => new Arena())];
        scratches = checkpointing ? [.. arenas.Select(_ => new Arena())] : [];
        if (ranks is not null) Exchange = new GradientExchange(ranks, [.. model.Trained], stores);
    }

    /// <summary>Of a batch of so many tokens: a power of two, 2 of less than 4,096.</summary>
    public static int CountOf(int batchTokens) => Math.Clamp(1 << BitOperations.Log2((uint)Math.Max(1, batchTokens / PartTokens)), Fewest, Most);

    /// <summary>How the gradients of all ranks are added up; null where there is one.</summary>
    public GradientExchange? Exchange { get; }

    /// <summary>Gathers the step's gradients in the parameters.</summary>
    /// <returns>The mean loss, what the gradients must be multiplied with, and whether this rank or another is to stop.</returns>
    public (float Loss, float Share, bool Stop) Run(int epoch, int step, ulong seed, CancellationToken cancel = default)
    {
        if (this.epoch != epoch)
        {
            data.Begin(epoch);
            (this.epoch, batches) = (epoch, data.BatchesOf(epoch));
        }
        int first = step * count * rounds, parts = Math.Min(count * rounds, batches - first);
        float[] losses = new float[parts];
        Exchange?.Begin();
        for (int round = 0; round < rounds; round++)
            kernels.Concurrently(Math.Clamp(parts - round * count - ownFirst, 0, own), (part, slot, kernels) =>
            {
                int batch = round * count + ownFirst + part;
                bool isLast = batch + count >= parts;
                arenas[slot].Reset();
                var tape = new Tape(kernels, arenas[slot], training: true, (seed * (ulong)rounds + (ulong)round) * (ulong)count + (ulong)(ownFirst + part), stores[part], scratch: scratches.Length > 0 ? scratches[slot] : null);
                if (isLast) Exchange?.Watch(part, kernels);
                losses[batch] = data.Loss(tape, model, epoch, first + batch);
                tape.Backward();
                if (isLast) Exchange?.End(part, kernels);
            });
        bool stop = cancel.IsCancellationRequested;
        if (Exchange is null) AddUp();
        else
        {
            for (int idle = Math.Max(0, parts - ownFirst); idle < own; idle++) Exchange.End(idle, kernels);
            stop = Exchange.Finish(losses, stop, kernels);
        }
        return (losses.Average(), 1f / parts, stop);
    }

    void AddUp()
    {
        for (int stride = 1; stride < own; stride *= 2)
            for (int part = 0; part + stride < own; part += 2 * stride) stores[part + stride].MoveTo(stores[part], kernels);
    }

    /// <summary>Steps of an epoch of so many batches.</summary>
    public static int StepsOf(int batches, int count, int rounds) => (batches + count * rounds - 1) / (count * rounds);

    public void Dispose()
    {
        foreach (Arena arena in (Arena[])[.. arenas, .. scratches]) arena.Dispose();
        foreach (GradientStore store in stores) store.Dispose();
    }
}
