using Attar.Evaluation;

namespace Attar.Online.Allocation;

/// <summary>One list made of two, and which of them each place is owed to.</summary>
/// <param name="Order">Items from the first place on.</param>
/// <param name="Teams"><see cref="TeamDraft.First"/>, <see cref="TeamDraft.Second"/> or <see cref="TeamDraft.Neither"/>, place by place.</param>
public sealed record Interleaved(int[] Order, string Teams);

/// <summary>
/// Team-draft interleaving (Radlinski, Kurup and Joachims, CIKM 2008) in competitive pairs (Zhang et al., KDD 2025): in each round
/// both rankings name their best item that is not picked yet. Where these differ, a coin says which is placed first, so that what
/// shoppers do with an item speaks for the ranking that picked it, and were both equally good, each would win as often. An item
/// that both name says nothing, and is owed to neither: a coin would give its clicks to one of them, which is noise.
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
        var coins = new SplitMix64(seed);
        while (count < a.Length)
        {
            while (picked[a[nextOfA]]) nextOfA++;
            while (picked[b[nextOfB]]) nextOfB++;
            (int ofA, int ofB) = (a[nextOfA], b[nextOfB]);
            if (ofA == ofB) Pick(ofA, Neither, teams);
            else if (coins.Next() >> 63 == 0)
            {
                Pick(ofA, First, teams);
                Pick(ofB, Second, teams);
            }
            else
            {
                Pick(ofB, Second, teams);
                Pick(ofA, First, teams);
            }
        }
        return new Interleaved(order, new string(teams));

        void Pick(int item, char team, Span<char> teams)
        {
            picked[item] = true;
            teams[count] = team;
            order[count++] = item;
        }
    }
}
