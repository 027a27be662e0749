namespace Attar.Training;

/// <summary>Shuffles items anew for every epoch and cuts them into batches by a token budget. The same epoch always gives the same batches.</summary>
public sealed class EpochPlan(int items, Func<int, int> tokensOf, int batchTokens, ulong seed)
{
    int planned = -1;
    int[] order = [];
    readonly List<Range> batches = [];

    public int BatchesOf(int epoch)
    {
        Begin(epoch);
        return batches.Count;
    }

    /// <summary>The items of a batch of the epoch that was begun; for several threads at once.</summary>
    public ReadOnlySpan<int> Batch(int epoch, int batch) => epoch == planned
        ? order.AsSpan(batches[batch])
        : throw new InvalidOperationException($"epoch {epoch} was not begun");

    public void Begin(int epoch)
    {
        if (planned == epoch) return;
        order = [.. Enumerable.Range(0, items)];
        new Random(HashOf(seed, epoch)).Shuffle(order);
        batches.Clear();
        int start = 0, tokens = 0;
        for (int i = 0; i < items; i++)
        {
            int more = tokensOf(order[i]);
            if (i > start && tokens + more > batchTokens)
            {
                batches.Add(start..i);
                (start, tokens) = (i, 0);
            }
            tokens += more;
        }
        if (start < items) batches.Add(start..items);
        planned = epoch;
    }

    static int HashOf(ulong seed, int epoch) => (int)((seed * 0x9E3779B97F4A7C15 + (ulong)epoch * 0xBF58476D1CE4E5B9) >> 33);
}
