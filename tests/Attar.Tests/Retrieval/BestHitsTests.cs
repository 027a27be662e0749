using Attar.Retrieval;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Retrieval;

public class BestHitsTests
{
    static Hit[] Best(float[] scores, int[] ranks, int k, int block)
    {
        var best = new BestHits(k);
        for (int first = 0; first < scores.Length; first += block)
            best.Add(scores.AsSpan(first, Math.Min(block, scores.Length - first)), ranks.AsSpan(first, Math.Min(block, scores.Length - first)));
        return [.. best.Take()];
    }

    [Fact]
    public void The_highest_come_first_ties_by_rank_and_zero_is_no_match() =>
        Assert.Equal([new Hit(7, 3), new Hit(1, 2), new Hit(4, 2)], Best([2, 0, 3, 2, 1], [4, 0, 7, 1, 9], 3, 5));

    [Fact]
    public void It_is_what_sorting_everything_would_give() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        int count = random.Next(20_000), k = random.Next(1, 3000);
        float[] scores = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? 0 : random.Next(1, 1 + random.Next(1, 1000)) * .125f)];
        int[] ranks = [.. Enumerable.Range(0, count)];
        random.Shuffle(ranks);
        var expected = Enumerable.Range(0, count).Where(i => scores[i] > 0).OrderByDescending(i => scores[i]).ThenBy(i => ranks[i]).Take(k).Select(i => new Hit(ranks[i], scores[i]));
        return Best(scores, ranks, k, random.Next(1, 9000)).SequenceEqual(expected);
    }));
}
