namespace Attar.Online.Judging;

/// <summary>
/// What a list's gains add up to, each rank discounted, where only a sample of its products was judged: each judged one stands for
/// as many as its share says (Horvitz and Thompson, 1952), so that the mean over samples is what judging all would give.
/// </summary>
public static class PooledDcg
{
    /// <param name="judged">Of one list: ranks from 1, gains, and how likely each was to be judged.</param>
    public static double Of(IEnumerable<(int Rank, double Gain, double Share)> judged) => judged.Sum(one => one.Gain / one.Share / Math.Log2(one.Rank + 1));
}
