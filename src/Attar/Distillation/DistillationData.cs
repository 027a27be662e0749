using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Training;

namespace Attar.Distillation;

/// <summary>
/// Groups of G products of one query, drawn anew every epoch from disk; the loss looks inside groups only. What fits a window is shuffled whole;
/// of more, the blocks are shuffled first, and then the groups of each window of them.
/// </summary>
sealed class DistillationData(TargetFile file, CatalogueText text, DistillStage options, int batchTokens, ulong seed, WordHiding? hiding = null, int windowBlocks = DistillationData.WindowBlocks) : ITrainingData
{
    const int WindowBlocks = 64; // a million pairs, some twenty megabytes

    readonly Dictionary<int, int[]> batchesOf = []; // by epoch: batches of each window
    readonly Dictionary<(int Epoch, int Window), TargetWindow> windows = []; // two, for the batches of a step may lie in neighbours
    readonly Lock turn = new();

    public int BatchesOf(int epoch)
    {
        lock (turn) return CountsOf(epoch).Sum();
    }

    public void Begin(int epoch) => BatchesOf(epoch);

    public float Loss(Tape tape, PairModel model, int epoch, int step)
    {
        List<TokenPair> pairs = [];
        TargetGroup[] groups = [.. Batch(epoch, step)];
        foreach (TargetGroup group in groups)
            foreach (int product in group.Products) pairs.Add(text.Pair(group.Query, product));
        PackedBatch batch = PackedBatch.Of(pairs);
        hiding?.Apply(tape, batch);
        Variable scores = model.Logits(tape, batch); // (pairs, 1)
        Tensor gradient = tape.Arena.Allocate(pairs.Count, 1);
        double loss = 0;
        int at = 0;
        foreach (TargetGroup group in groups)
        {
            int count = group.Targets.Length;
            Span<float> part = gradient.Span.Slice(at, count);
            double share = (double)count / pairs.Count; // every product weighs the same, whatever the size of its group
            loss += share * LossOf.Group(options.Loss, scores.Value.Span.Slice(at, count), group.Targets, options.Anchor, options.Temperature, part, options.TeacherTemperature);
            foreach (ref float value in part) value *= (float)share;
            at += count;
        }
        tape.Start(scores, gradient);
        return (float)loss;
    }

    /// <summary>The groups of a batch; for several threads at once.</summary>
    internal IEnumerable<TargetGroup> Batch(int epoch, int batch)
    {
        lock (turn)
        {
            int[] counts = CountsOf(epoch);
            int window = 0;
            while (batch >= counts[window]) batch -= counts[window++];
            return WindowOf(epoch, window).Batch(batch);
        }
    }

    int[] CountsOf(int epoch)
    {
        if (!batchesOf.TryGetValue(epoch, out int[]? counts))
            batchesOf.Add(epoch, counts = [.. Enumerable.Range(0, (file.Blocks + windowBlocks - 1) / windowBlocks).Select(window => WindowOf(epoch, window).Batches)]);
        return counts;
    }

    TargetWindow WindowOf(int epoch, int window)
    {
        if (windows.TryGetValue((epoch, window), out TargetWindow? known)) return known;
        int[] blocks = [.. Enumerable.Range(0, file.Blocks)];
        if (blocks.Length > windowBlocks) new Random((int)(seed % 999_979) * 41 + epoch).Shuffle(blocks);
        if (windows.Count == 2) windows.Remove(windows.Keys.Min());
        return windows[(epoch, window)] = new TargetWindow(file.Read(blocks.Skip(window * windowBlocks).Take(windowBlocks)), options.Group, batchTokens, seed, epoch, window);
    }
}
