using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Models;

/// <summary>Scores pairs with a model: packs them into batches by token budget, so that memory stays bounded whatever the number of pairs.</summary>
/// <remarks>For one caller at a time.</remarks>
public sealed class PairScorer(PairModel model, IKernels kernels) : IDisposable
{
    const int BatchTokens = 1024; // the activations of one layer stay in a core's own cache
    readonly Arena[] arenas = [.. Enumerable.Range(0, kernels.Threads).Select(_ => new Arena())];

    public PairModel Model => model;

    /// <summary>Writes pairs.Count x Labels logits, pair after pair. Batches are shared out over the threads.</summary>
    public void Logits(IReadOnlyList<TokenPair> pairs, float[] logits)
    {
        int labels = model.Labels;
        if (logits.Length != pairs.Count * labels) throw new ArgumentException($"expected room for {pairs.Count} x {labels} logits, got {logits.Length}");
        List<Range> batches = Batches(pairs);
        kernels.Concurrently(batches.Count, (batch, slot, own) =>
        {
            (int start, int count) = batches[batch].GetOffsetAndLength(pairs.Count);
            arenas[slot].Reset();
            PackedBatch packed = PackedBatch.Of([.. Enumerable.Range(start, count).Select(i => pairs[i])]);
            model.Logits(new Tape(own, arenas[slot], training: false), packed).Value.Span.CopyTo(logits.AsSpan(start * labels));
        });
    }

    /// <summary>Runs of pairs within the token budget; smaller ones where there would be fewer than threads.</summary>
    List<Range> Batches(IReadOnlyList<TokenPair> pairs)
    {
        var batches = new List<Range>();
        int budget = Math.Min(BatchTokens, pairs.Sum(pair => pair.Length) / kernels.Threads + 1), start = 0, tokens = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            if (i > start && tokens + pairs[i].Length > budget)
            {
                batches.Add(start..i);
                (start, tokens) = (i, 0);
            }
            tokens += pairs[i].Length;
        }
        if (start < pairs.Count) batches.Add(start..pairs.Count);
        return batches;
    }

    /// <summary>One score a pair, on a logit's scale: the student's own logit, or the logit of a teacher's expected gain.</summary>
    public float[] Scores(IReadOnlyList<TokenPair> pairs)
    {
        int labels = model.Labels;
        float[] logits = new float[pairs.Count * labels];
        Logits(pairs, logits);
        if (labels == 1) return logits;
        double[] gains = model.Gains ?? throw new InvalidOperationException("a model with a logit a grade needs the gains of its grades");
        double[] distribution = new double[labels];
        float[] scores = new float[pairs.Count];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = (float)GradeHead.Logit(GradeHead.ExpectedGain(logits.AsSpan(i * labels, labels), gains, distribution));
        return scores;
    }

    public void Dispose()
    {
        foreach (Arena arena in arenas) arena.Dispose();
    }
}
