using Attar.Evaluation;

namespace Attar.Online.Allocation;

/// <summary>One list made of two, and which of them each place is owed to.</summary>
/// <param name="Order">Items from the first place on.</param>
/// <param name="Teams"><see cref="TeamDraft.First"/>, <see cref="TeamDraft.Second"/> or <see cref="TeamDraft.Neither"/>, place by place.</param>
public sealed record Interleaved(int[] Order, string Teams);

/// <summary>
/// Team-draft interleaving (Radlinski, Kurup and Joachims, CIKM 2008): in each round a coin says which of two rankings picks first,
/// and each picks its best item that is not picked yet, so that what shoppers do with an item speaks for the ranking that picked
/// it, and were both equally good, each would win as often. Items at the head that both have at the same places say nothing and are owed to
/// neither.
/// </summary>
public static class TeamDraft
{
    public const char First = 'A', Second = 'B', Neither = '-';

    /// <param name="a">(items) each of 0..items-1 once, best first.</param>
    /// <param name="b">The same items, in an order of its own.</param>
    /// <param name="seed">Of this request; the same one gives the same list.</param>
    public static Interleaved Draw(ReadOnlySpan<int> a, ReadOnlySpan<int> b, ulong seed)
    {
        if (a.Length != b.Length) throw new ArgumentException($"rankings of {a.Length} and {b.Length} items cannot be interleaved");
        int[] order = new int[a.Length];
        Span<char> teams = a.Length <= 512 ? stackalloc char[a.Length] : new char[a.Length];
        bool[] picked = new bool[a.Length];
        int count = 0, nextOfA = 0, nextOfB = 0;
        while (count < a.Length && a[count] == b[count]) Pick(a, ref nextOfA, Neither, teams);
        var coins = new SplitMix64(seed);
        while (count < a.Length)
        {
            bool first = coins.Next() >> 63 == 0;
            for (int turn = 0; turn < 2 && count < a.Length; turn++, first = !first)
            {
                if (first) Pick(a, ref nextOfA, First, teams);
                else Pick(b, ref nextOfB, Second, teams);
            }
        }
        return new Interleaved(order, new string(teams));

        void Pick(ReadOnlySpan<int> ranking, ref int next, char team, Span<char> teams)
        {
            while (picked[ranking[next]]) next++;
            picked[ranking[next]] = true;
            teams[count] = team;
            order[count++] = ranking[next];
        }
    }
}
