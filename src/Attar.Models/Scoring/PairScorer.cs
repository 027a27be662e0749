using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;

namespace Attar.Models.Scoring;

/// <summary>Scores pairs with a model: packs them into batches by token budget, so that memory stays bounded whatever the number of pairs. What pairs start with alike, as an instruction and a query, a decoder computes once a batch, with the same result. After the first requests nothing is allocated.</summary>
/// <remarks>For one caller at a time.</remarks>
public sealed class PairScorer : IDisposable
{
    const int BatchTokens = 512; // activations stay in a core's own cache, and a core that others disturb holds up little
    const long PackUpTo = 1L << 28; // weights, 1 GiB of them: a second copy of a larger decoder costs more memory than it saves time
    const int MostSeen = 16 * BatchTokens; // keys and values of a batch whose pairs share nearly everything
    readonly PairModel model;
    readonly IKernels kernels;
    readonly PackedWeights? packed;
    readonly SideRows? sides; // of a split encoder whose weights do not change
    readonly PairOrder? order; // of a decoder, which computes once what pairs start with
    readonly ScorerSlot[] slots;
    readonly Action<int, int, IKernels> scoreBatch, readBatch;
    readonly List<(int First, int Count)> batches = [];
    IReadOnlyList<TokenPair> pairs = []; // in the order of the batches
    Memory<float> logits;
    float[] graded = []; // logits of a model with one a grade
    double[] distribution = [];

    /// <param name="frozen">The weights do not change while the scorer lives: they are laid out once for the fastest products, unless a large decoder's would then be held twice: those stay as they are.</param>
    /// <param name="precision">Of the products of a frozen model.</param>
    /// <param name="alone">Nobody else uses the weights of a frozen model, now or later: an encoder's are then held once, as products read them, and its table of words in 16 bits where products have fewer than 32.</param>
    /// <param name="keptSides">Queries and products whose rows a frozen split encoder keeps; a product of 25 tokens takes 50 bytes for each column of the model.</param>
    public PairScorer(PairModel model, IKernels kernels, bool frozen = false, Precision precision = Precision.Float32, int keptSides = 1 << 17, bool alone = false)
    {
        (this.model, this.kernels) = (model, kernels);
        bool large = model is Decoder && model.Parameters.Count > PackUpTo;
        Encoder? lean = frozen && alone ? model as Encoder : null;
        if (frozen) packed = new PackedWeights(precision, inPlace: large, outliers: model is Decoder, lean?.OnlyMultiplied);
        if (precision != Precision.Float32) lean?.NarrowWords();
        slots = [.. Enumerable.Range(0, kernels.Threads).Select(_ => new ScorerSlot(layerByLayer: model is Decoder))];
        if (model is Decoder) order = new PairOrder();
        if (frozen && model is Encoder { Config.Split: > 0 } split) sides = new SideRows(split.Config.Hidden, keptSides);
        (scoreBatch, readBatch) = (ScoreBatch, ReadBatch);
    }

    public PairModel Model => model;

    /// <summary>Tokens of the pairs last scored, and how many of them were computed: where a decoder's pairs start alike, fewer.</summary>
    public (long Read, long Computed) LastTokens { get; private set; }

    /// <summary>Writes pairs.Count x Labels logits, pair after pair. Batches are shared out over the threads.</summary>
    public void Logits(IReadOnlyList<TokenPair> pairs, Memory<float> logits)
    {
        if (logits.Length != pairs.Count * model.Labels) throw new ArgumentException($"expected room for {pairs.Count} x {model.Labels} logits, got {logits.Length}");
        Read(pairs);
        this.logits = logits;
        InBatches(pairs, scoreBatch);
        this.logits = default;
        sides?.Release();
    }

    /// <summary>Reads those sides of the pairs that are not known yet, so that scoring does not have to; nothing for a model that is not split.</summary>
    public void Read(IReadOnlyList<TokenPair> pairs)
    {
        if (sides?.Find(pairs) is not { Count: > 0 } unread) return;
        try
        {
            InBatches(unread, readBatch);
        }
        catch
        {
            sides.Clear();
            throw;
        }
    }

    void InBatches(IReadOnlyList<TokenPair> pairs, Action<int, int, IKernels> body)
    {
        this.pairs = order?.Sorted(pairs) ?? pairs;
        Plan();
        kernels.Concurrently(batches.Count, body);
        this.pairs = [];
        order?.Release();
    }

    void ScoreBatch(int batch, int slotIndex, IKernels own)
    {
        (Tape tape, PackedBatch packedBatch, int first, int count) = Begin(batch, slotIndex, own);
        Variable scored;
        if (sides == null) scored = model.Logits(tape, packedBatch);
        else
        {
            var split = (Encoder)model;
            Variable lower = tape.Result(packedBatch.Tokens, split.Config.Hidden);
            sides.CopyTo(lower.Value.Span, first, count);
            scored = split.Join(tape, lower, packedBatch);
        }
        if (order == null) scored.Value.Span.CopyTo(logits.Span[(first * model.Labels)..]);
        else
            for (int i = 0; i < count; i++) scored.Value.Row(i).CopyTo(logits.Span[(order.PlaceOf(first + i) * model.Labels)..]);
    }

    void ReadBatch(int batch, int slotIndex, IKernels own)
    {
        (Tape tape, PackedBatch packedBatch, int first, int count) = Begin(batch, slotIndex, own);
        sides!.Keep(((Encoder)model).Lower(tape, packedBatch).Value.Span, first, count);
    }

    (Tape Tape, PackedBatch Batch, int First, int Count) Begin(int batch, int slotIndex, IKernels own)
    {
        ScorerSlot slot = slots[slotIndex];
        Tape tape = slot.TapeOf(own, packed);
        tape.Restart();
        (int first, int count) = batches[batch];
        slot.Batch.Fill(pairs, first, count, share: order != null);
        return (tape, slot.Batch, first, count);
    }

    /// <summary>Runs of pairs of about as many tokens each, within the token budget; as many for every thread, so that none waits for another's last batch.</summary>
    void Plan()
    {
        batches.Clear();
        long all = 0, tokens = 0, seen = 0, reached = 0, read = 0, computed = 0;
        for (int i = 0; i < pairs.Count; i++) all += Own(i);
        long rounds = (all + (long)BatchTokens * kernels.Threads - 1) / ((long)BatchTokens * kernels.Threads), wanted = Math.Max(1, rounds * kernels.Threads);
        for (int i = 0, start = 0; i < pairs.Count; i++)
        {
            (tokens, seen, read) = (tokens + Own(i), seen + pairs[i].Length, read + pairs[i].Length);
            computed += i == start ? pairs[i].Length : Own(i);
            long share = tokens * wanted / Math.Max(1, all);
            if (i + 1 < pairs.Count && seen < MostSeen && (share == reached || Own(i + 1) == 0)) continue;
            batches.Add((start, i + 1 - start));
            (start, seen, reached) = (i + 1, 0, share);
        }
        LastTokens = (read, computed);

        int Own(int pair) => pairs[pair].Length - (order == null || pair == 0 ? 0 : pairs[pair].SharedStart(pairs[pair - 1]));
    }

    /// <summary>One score a pair, on a logit's scale: the student's own logit, or the logit of a teacher's expected gain.</summary>
    public float[] Scores(IReadOnlyList<TokenPair> pairs)
    {
        float[] scores = new float[pairs.Count];
        Scores(pairs, scores);
        return scores;
    }

    /// <summary>As above, into memory of the caller's.</summary>
    public void Scores(IReadOnlyList<TokenPair> pairs, Memory<float> scores)
    {
        int labels = model.Labels;
        if (labels == 1)
        {
            Logits(pairs, scores);
            return;
        }
        double[] gains = model.Gains ?? throw new InvalidOperationException("a model with a logit a grade needs the gains of its grades");
        if (graded.Length < pairs.Count * labels) graded = new float[pairs.Count * labels];
        if (distribution.Length != labels) distribution = new double[labels];
        Logits(pairs, graded.AsMemory(0, pairs.Count * labels));
        for (int i = 0; i < pairs.Count; i++)
            scores.Span[i] = (float)GradeHead.Score(graded.AsSpan(i * labels, labels), gains, distribution);
    }

    public void Dispose()
    {
        foreach (ScorerSlot slot in slots) slot.Dispose();
        packed?.Dispose();
    }
}
