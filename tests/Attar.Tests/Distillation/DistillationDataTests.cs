using System.Runtime.CompilerServices;
using Attar.Data;
using Attar.Distillation;
using Attar.Training;

namespace Attar.Tests.Distillation;

public sealed class DistillationDataTests : IDisposable
{
    const int Queries = 300, Group = 4;
    readonly string folder = Directory.CreateTempSubdirectory("attar-targets-").FullName;

    static IEnumerable<TargetGroup> Lists => Enumerable.Range(0, Queries).Select(q => new TargetGroup(
        $"query {q}", [.. Enumerable.Range(0, 1 + q % 13)], [.. Enumerable.Range(0, 1 + q % 13).Select(p => q + p / 100f)]));

    /// <param name="window">Blocks of 50 pairs that are in memory at one time.</param>
    T With<T>(int window, Func<DistillationData, T> read, ulong seed = 3)
    {
        using var file = new TargetFile(Path.Combine(folder, "targets.bin"), Lists, _ => 10, blockPairs: 50);
        var text = new CatalogueText(null!, Array.Empty<Product>());
        return read(new DistillationData(file, text, new DistillStage(Group: Group), 100, seed, windowBlocks: window));
    }

    static List<TargetGroup> Epoch(DistillationData data, int epoch) => [.. Enumerable.Range(0, data.BatchesOf(epoch)).SelectMany(batch => data.Batch(epoch, batch))];

    static IEnumerable<string> Pairs(IEnumerable<TargetGroup> groups) => groups.SelectMany(group => group.Products.Zip(group.Targets, (id, target) => $"{group.Query} {id} {target}"));

    [Theory, InlineData(1), InlineData(3), InlineData(1000)]
    public void Every_pair_comes_once_an_epoch_with_its_target_in_a_group_of_its_query(int window)
    {
        foreach (int epoch in new[] { 0, 1, 5 })
        {
            List<TargetGroup> groups = With(window, data => Epoch(data, epoch));
            Assert.Equal(Pairs(Lists).Order(), Pairs(groups).Order());
            Assert.All(groups, group => Assert.InRange(group.Products.Length, 1, Group));
        }
    }

    [Theory, InlineData(2), InlineData(1000)]
    public void An_epoch_is_the_same_for_a_seed_wherever_training_begins_and_others_differ(int window)
    {
        string[] Texts(int epoch, ulong seed = 3) => With(window, data => Pairs(Epoch(data, epoch)).ToArray(), seed);
        string[] second = Texts(1);
        Assert.Equal(second, With(window, data => (Epoch(data, 0), Pairs(Epoch(data, 1)).ToArray()).Item2)); // after the first
        Assert.Equal(second[^1], With(window, data => Pairs(data.Batch(1, data.BatchesOf(1) - 1)).Last())); // from the end
        Assert.NotEqual(second, Texts(0));
        Assert.NotEqual(second, Texts(1, seed: 4));
        Assert.NotEqual(Pairs(Lists), second);
    }

    [Fact]
    public void More_than_a_window_is_mixed_across_the_whole_file()
    {
        List<TargetGroup> groups = With(3, data => Epoch(data, 0));
        double[] places = [.. groups.Take(groups.Count / 4).Select(group => double.Parse(group.Query[6..]))];
        Assert.True(places.Min() < Queries / 4 && places.Max() > Queries * 3 / 4, $"{places.Min()} to {places.Max()}");
    }

    [Fact]
    public void Windows_that_were_read_are_let_go_so_that_memory_does_not_grow_with_the_pairs() => With(2, data =>
    {
        int batches = data.BatchesOf(0);
        WeakReference[] read = [.. Enumerable.Range(0, batches).Select(batch => QueryOf(data, batch))];
        GC.Collect();
        Assert.All(read[..(batches / 2)], query => Assert.False(query.IsAlive));
        Assert.True(read[^1].IsAlive);
        return data.BatchesOf(0);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference QueryOf(DistillationData data, int batch) => new(data.Batch(0, batch).First().Query);
    });

    [Fact]
    public void The_file_is_gone_when_training_ends()
    {
        With(1, data => 0);
        Assert.Empty(Directory.GetFiles(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
