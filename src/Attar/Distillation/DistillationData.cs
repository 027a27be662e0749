using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Training;

namespace Attar.Distillation;

/// <summary>The products of one query that the student is to learn to order, with their target scores.</summary>
public sealed record TargetList(string Query, string[] ProductIds, float[] Targets);

/// <summary>Groups of G products of one query, drawn anew every epoch; the loss looks inside groups only.</summary>
sealed class DistillationData : ITrainingData
{
    readonly TargetList[] lists;
    readonly (int List, int Start, int Count)[] groups;
    readonly CatalogueText text;
    readonly EpochPlan plan;
    readonly DistillStage options;
    readonly ulong seed;
    int[][] order = [];

    public DistillationData(IEnumerable<TargetList> lists, CatalogueText text, DistillStage options, int batchTokens, ulong seed)
    {
        (this.text, this.options, this.seed) = (text, options, seed);
        this.lists = [.. lists];
        groups = [.. this.lists.SelectMany((list, l) => Chunks(l, list.ProductIds.Length, options.Group))];
        double[] tokens = [.. this.lists.Select(list => list.ProductIds.Average(id => text.Length(list.Query, id)))];
        plan = new EpochPlan(groups.Length, g => (int)(tokens[groups[g].List] * groups[g].Count), batchTokens, seed);
    }

    public int BatchesOf(int epoch) => plan.BatchesOf(epoch);

    public void Begin(int epoch)
    {
        plan.Begin(epoch);
        Shuffle(epoch);
    }

    public float Loss(Tape tape, PairModel model, int epoch, int step)
    {
        ReadOnlySpan<int> batch = plan.Batch(epoch, step);
        List<TokenPair> pairs = [];
        List<float> targets = [];
        foreach (int g in batch)
        {
            (int l, int start, int count) = groups[g];
            for (int i = start; i < start + count; i++)
            {
                int item = order[l][i];
                pairs.Add(text.Pair(lists[l].Query, lists[l].ProductIds[item]));
                targets.Add(lists[l].Targets[item]);
            }
        }
        Variable scores = model.Logits(tape, PackedBatch.Of(pairs)); // (pairs, 1)
        Tensor gradient = tape.Arena.Allocate(pairs.Count, 1);
        double loss = 0;
        int at = 0;
        foreach (int g in batch)
        {
            int count = groups[g].Count;
            Span<float> part = gradient.Span.Slice(at, count);
            double share = (double)count / pairs.Count; // every product weighs the same, whatever the size of its group
            loss += share * LossOf.Group(options.Loss, scores.Value.Span.Slice(at, count), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(targets).Slice(at, count), options.Anchor, part);
            foreach (ref float value in part) value *= (float)share;
            at += count;
        }
        tape.Start(scores, gradient);
        return (float)loss;
    }

    void Shuffle(int epoch)
    {
        var random = new Random((int)(seed % 999_983) * 37 + epoch);
        order = [.. lists.Select(list =>
        {
            int[] items = [.. Enumerable.Range(0, list.ProductIds.Length)];
            random.Shuffle(items);
            return items;
        })];
    }

    /// <summary>Cuts n products into groups of about <paramref name="size"/>, none of one product where it can be helped.</summary>
    static IEnumerable<(int, int, int)> Chunks(int list, int n, int size)
    {
        int count = Math.Max(1, (n + size - 1) / size);
        for (int i = 0; i < count; i++) yield return (list, n * i / count, n * (i + 1) / count - n * i / count);
    }
}
