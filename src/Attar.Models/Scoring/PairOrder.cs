using System.Runtime.InteropServices;
using Attar.Models.Tokenizers;

namespace Attar.Models.Scoring;

/// <summary>Pairs in the order of their tokens and marks. Those of one query stand together, whatever order they came in, and each has the longest start that it shares with any before it in common with its neighbour.</summary>
/// <remarks>Its memory is used again.</remarks>
sealed class PairOrder : IComparer<TokenPair>
{
    readonly List<TokenPair> sorted = [];
    int[] places = [];

    /// <summary>The same pairs; valid until <see cref="Release"/>.</summary>
    public IReadOnlyList<TokenPair> Sorted(IReadOnlyList<TokenPair> pairs)
    {
        if (places.Length < pairs.Count) places = new int[pairs.Count + pairs.Count / 4];
        for (int i = 0; i < pairs.Count; i++)
        {
            sorted.Add(pairs[i]);
            places[i] = i;
        }
        CollectionsMarshal.AsSpan(sorted).Sort(places.AsSpan(0, sorted.Count), this);
        return sorted;
    }

    /// <summary>Where a pair stood.</summary>
    public int PlaceOf(int pair) => places[pair];

    public void Release() => sorted.Clear();

    public int Compare(TokenPair? a, TokenPair? b)
    {
        int shared = a!.SharedStart(b!);
        if (shared == a.Length || shared == b!.Length) return a.Length.CompareTo(b!.Length);
        int byToken = a.Ids[shared].CompareTo(b.Ids[shared]);
        return byToken != 0 ? byToken : a.Overlap[shared].CompareTo(b.Overlap[shared]);
    }
}
