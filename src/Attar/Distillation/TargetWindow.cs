using Attar.Training;

namespace Attar.Distillation;

/// <summary>The lists that are in memory at one time, cut into groups of G products and shuffled for one epoch.</summary>
sealed class TargetWindow
{
    readonly (TargetGroup List, double Tokens)[] lists;
    readonly (int List, int Start, int Count)[] groups;
    readonly int[][] order; // (lists, products): shuffled, so that groups are others in every epoch
    readonly EpochPlan plan;
    readonly int epoch;

    public TargetWindow(IEnumerable<(TargetGroup List, double Tokens)> lists, int group, int batchTokens, ulong seed, int epoch, int window)
    {
        this.epoch = epoch;
        this.lists = [.. lists];
        groups = [.. this.lists.SelectMany((list, l) => Chunks(l, list.List.Products.Length, group))];
        plan = new EpochPlan(groups.Length, g => (int)(this.lists[groups[g].List].Tokens * groups[g].Count), batchTokens, seed + (ulong)window * 0x632BE59BD9B4E019);
        plan.Begin(epoch);
        var random = new Random((int)(seed % 999_983) * 37 + epoch + window * 1_000_003);
        order = [.. this.lists.Select(list =>
        {
            int[] items = [.. Enumerable.Range(0, list.List.Products.Length)];
            random.Shuffle(items);
            return items;
        })];
    }

    public int Batches => plan.BatchesOf(epoch);

    /// <summary>The groups of a batch: query, products and targets of each.</summary>
    public IEnumerable<TargetGroup> Batch(int batch)
    {
        foreach (int g in plan.Batch(epoch, batch).ToArray())
        {
            (int l, int start, int count) = groups[g];
            TargetGroup list = lists[l].List;
            int[] items = order[l][start..(start + count)];
            yield return new TargetGroup(list.Query, [.. items.Select(item => list.Products[item])], [.. items.Select(item => list.Targets[item])]);
        }
    }

    /// <summary>Cuts n products into groups of about <paramref name="size"/>, none of one product where it can be helped.</summary>
    static IEnumerable<(int, int, int)> Chunks(int list, int n, int size)
    {
        int count = Math.Max(1, (n + size - 1) / size);
        for (int i = 0; i < count; i++) yield return (list, n * i / count, n * (i + 1) / count - n * i / count);
    }
}
