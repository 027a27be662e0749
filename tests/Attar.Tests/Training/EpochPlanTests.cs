using Attar.Training;

namespace Attar.Tests.Training;

public class EpochPlanTests
{
    static readonly int[] Lengths = [5, 9, 3, 7, 30, 1, 1, 4];

    [Fact]
    public void Every_item_comes_once_an_epoch()
    {
        var plan = new EpochPlan(Lengths.Length, i => Lengths[i], 12, seed: 3);
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.Equal(Enumerable.Range(0, Lengths.Length), Batches(plan, epoch).SelectMany(batch => batch).Order());
    }

    [Fact]
    public void A_batch_keeps_to_its_tokens_unless_one_item_alone_has_more() =>
        Assert.All(Batches(new EpochPlan(Lengths.Length, i => Lengths[i], 12, seed: 3), 0), batch => Assert.True(batch.Length == 1 || batch.Sum(i => Lengths[i]) <= 12));

    [Fact]
    public void An_epoch_is_the_same_whenever_it_is_asked_for_and_differs_from_the_next()
    {
        var plan = new EpochPlan(100, _ => 1, 10, seed: 3);
        int[][] first = Batches(plan, 0), second = Batches(plan, 1);
        Assert.Equal(first, Batches(plan, 0));
        Assert.Equal(first, Batches(new EpochPlan(100, _ => 1, 10, seed: 3), 0));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Batches(new EpochPlan(100, _ => 1, 10, seed: 4), 0));
    }

    [Fact]
    public void No_items_make_no_batches() => Assert.Equal(0, new EpochPlan(0, _ => 1, 10, seed: 1).BatchesOf(0));

    static int[][] Batches(EpochPlan plan, int epoch) => [.. Enumerable.Range(0, plan.BatchesOf(epoch)).Select(step => plan.Batch(epoch, step).ToArray())];
}
