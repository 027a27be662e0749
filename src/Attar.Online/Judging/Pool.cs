using Attar.Online.Allocation;

namespace Attar.Online.Judging;

/// <summary>
/// Which products of several systems' lists are judged: all down to a depth (Spärck Jones and van Rijsbergen, 1975), and below it, down
/// to another one, a sample, whose shares let what the rest is worth be estimated (Yilmaz, Kanoulas and Aslam, 2008).
/// </summary>
public static class Pool
{
    /// <summary>One product of a pool.</summary>
    /// <param name="Ranks">Its place from 1 in the lists that have it, down to the lower depth.</param>
    /// <param name="Share">How likely it was to be chosen.</param>
    public sealed record Pooled(string Product, Dictionary<string, int> Ranks, double Share);

    /// <param name="lists">Of one query: products by system, best first, each once.</param>
    /// <param name="sample">Share of what lies below <paramref name="depth"/> in every list and within <paramref name="downTo"/> in one; at least one product where there is any.</param>
    /// <param name="salt">Whoever has the same gets the same sample.</param>
    public static IReadOnlyList<Pooled> Of(IReadOnlyDictionary<string, IReadOnlyList<string>> lists, int depth, double sample, int downTo, string salt)
    {
        OrderedDictionary<string, Dictionary<string, int>> ranks = [];
        foreach ((string system, IReadOnlyList<string> list) in lists)
            for (int i = 0; i < Math.Min(list.Count, Math.Max(depth, downTo)); i++)
            {
                if (!ranks.TryGetValue(list[i], out var of)) ranks[list[i]] = of = [];
                of[system] = i + 1;
            }
        (string Product, Dictionary<string, int> Ranks)[] all = [.. ranks.Select(one => (one.Key, one.Value))];
        var top = all.Where(one => one.Ranks.Values.Min() <= depth);
        var below = all.Where(one => one.Ranks.Values.Min() > depth).ToArray();
        int drawn = sample > 0 ? Math.Min(below.Length, Math.Max(1, (int)Math.Round(sample * below.Length))) : 0;
        var chosen = below.OrderBy(one => Assignment.Place(salt, one.Product)).Take(drawn);
        return [.. top.Select(one => new Pooled(one.Product, one.Ranks, 1)), .. chosen.Select(one => new Pooled(one.Product, one.Ranks, (double)drawn / below.Length))];
    }
}
