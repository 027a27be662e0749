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
    const int BatchTokens = 2048; // the activations of one layer stay in the cache that the cores share
    readonly Arena arena = new();

    public PairModel Model => model;

    /// <summary>Writes pairs.Count x Labels logits, pair after pair.</summary>
    public void Logits(IReadOnlyList<TokenPair> pairs, Span<float> logits)
    {
        int labels = model.Labels, start = 0;
        if (logits.Length != pairs.Count * labels) throw new ArgumentException($"expected room for {pairs.Count} x {labels} logits, got {logits.Length}");
        var batch = new List<TokenPair>();
        while (start < pairs.Count)
        {
            batch.Clear();
            for (int tokens = 0; start + batch.Count < pairs.Count; )
            {
                TokenPair pair = pairs[start + batch.Count];
                tokens += pair.Length;
                if (batch.Count > 0 && tokens > BatchTokens) break;
                batch.Add(pair);
            }
            arena.Reset();
            Variable result = model.Logits(new Tape(kernels, arena, training: false), PackedBatch.Of(batch));
            result.Value.Span.CopyTo(logits[(start * labels)..]);
            start += batch.Count;
        }
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

    public void Dispose() => arena.Dispose();
}
