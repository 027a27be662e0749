using Attar.Models.Tokenizers;

namespace Attar.Models;

/// <summary>Several pairs laid end to end: no padding, sequence s owns tokens Offsets[s]..Offsets[s+1]-1. Where pairs share their starts, it owns what the pair before it does not begin with. Filling one again uses its memory again.</summary>
public sealed class PackedBatch
{
    int[] ids = [], segments = [], overlap = [], positions = [], sidePositions = [], offsets = [0], sides = [0], lastRows = [], lastPositions = [], counting = [0], moved = [], zeros = [], seenRows = [], seenOffsets = [0];

    readonly DistinctTokens distinct = new();

    public int Tokens { get; private set; }
    public int Sequences { get; private set; }

    /// <summary>Token ids, (tokens).</summary>
    public Memory<int> Ids => ids.AsMemory(0, Tokens);

    /// <summary>0 = query side, 1 = product side, (tokens).</summary>
    public ReadOnlyMemory<int> Segments => segments.AsMemory(0, Tokens);

    /// <summary>As <see cref="TokenPair.Overlap"/>, (tokens).</summary>
    public ReadOnlyMemory<int> Overlap => overlap.AsMemory(0, Tokens);

    /// <summary>Of each token in its sequence, (tokens).</summary>
    public ReadOnlyMemory<int> Positions => positions.AsMemory(0, Tokens);

    /// <summary>(sequences + 1)</summary>
    public ReadOnlyMemory<int> Offsets => offsets.AsMemory(0, Sequences + 1);

    /// <summary>As <see cref="Offsets"/>, with query side and product side as sequences of their own; either may be empty. (2 sequences + 1)</summary>
    public ReadOnlyMemory<int> Sides => sides.AsMemory(0, 2 * Sequences + 1);

    /// <summary>Of each token on its side, (tokens).</summary>
    public ReadOnlyMemory<int> SidePositions => sidePositions.AsMemory(0, Tokens);

    /// <summary>Row of each sequence's first token.</summary>
    public ReadOnlyMemory<int> FirstRows => offsets.AsMemory(0, Sequences);

    /// <summary>Row of each sequence's last token.</summary>
    public ReadOnlyMemory<int> LastRows => lastRows.AsMemory(0, Sequences);

    /// <summary>Position of each sequence's last token.</summary>
    public ReadOnlyMemory<int> LastPositions => lastPositions.AsMemory(0, Sequences);

    /// <summary>0, 1, …, sequences: the offsets where one token of each sequence is left.</summary>
    public ReadOnlyMemory<int> OneEach => counting.AsMemory(0, Sequences + 1);

    /// <summary>Whether a token stands for several pairs.</summary>
    public bool Shares => seenOffsets[Sequences] > Tokens;

    /// <summary>The row of each token of each pair, shared ones included, pair after pair: what a causal sequence sees.</summary>
    public ReadOnlyMemory<int> SeenRows => seenRows.AsMemory(0, seenOffsets[Sequences]);

    /// <summary>Of the sequences in <see cref="SeenRows"/>, (sequences + 1).</summary>
    public ReadOnlyMemory<int> SeenOffsets => seenOffsets.AsMemory(0, Sequences + 1);

    /// <summary>As <see cref="Positions"/>, or <see cref="SidePositions"/>, where the first token is at another position than 0.</summary>
    public ReadOnlyMemory<int> PositionsFrom(int first, bool ofSides = false)
    {
        ReadOnlyMemory<int> plain = ofSides ? SidePositions : Positions;
        if (first == 0) return plain;
        if (moved.Length < positions.Length) moved = new int[positions.Length];
        for (int i = 0; i < Tokens; i++) moved[i] = plain.Span[i] + first;
        return moved.AsMemory(0, Tokens);
    }

    /// <summary>The segments of a model that knows so many of them: with one, all tokens are of the first.</summary>
    public ReadOnlyMemory<int> SegmentsOf(int count)
    {
        if (count > 1) return Segments;
        if (zeros.Length < ids.Length) zeros = new int[ids.Length];
        return zeros.AsMemory(0, Tokens);
    }

    /// <summary>The tokens whose embeddings differ; valid until the next call.</summary>
    internal DistinctTokens Distinct(bool ofSides)
    {
        distinct.Find(this, ofSides);
        return distinct;
    }

    public static PackedBatch Of(IReadOnlyList<TokenPair> pairs)
    {
        var batch = new PackedBatch();
        batch.Fill(pairs, 0, pairs.Count);
        return batch;
    }

    /// <summary>Holds pairs first..first+count-1 from now on.</summary>
    /// <param name="share">A pair's first tokens stand once where the pair before it begins with the same, marks included: for models whose tokens see none behind them, and know no sides.</param>
    public void Fill(IReadOnlyList<TokenPair> pairs, int first, int count, bool share = false)
    {
        int all = 0, start = 0, seen = 0;
        for (int i = 0; i < count; i++) all += pairs[first + i].Length;
        Reserve(all, count);
        for (int i = 0; i < count; i++)
        {
            TokenPair pair = pairs[first + i];
            int shared = share && i > 0 ? pair.SharedStart(pairs[first + i - 1]) : 0;
            if (shared > 0) seenRows.AsSpan(seenOffsets[i - 1], shared).CopyTo(seenRows.AsSpan(seen));
            (offsets[i], seenOffsets[i]) = (start, seen);
            int querySide = pair.QuerySide;
            (sides[2 * i], sides[2 * i + 1]) = (start, start + querySide);
            for (int j = shared; j < pair.Length; j++, start++)
            {
                (ids[start], segments[start], overlap[start], positions[start], sidePositions[start]) = (pair.Ids[j], pair.Segments[j], pair.Overlap[j], j, j < querySide ? j : j - querySide);
                seenRows[seen + j] = start;
            }
            seen += pair.Length;
            (lastPositions[i], lastRows[i]) = (pair.Length - 1, shared > 0 ? seenRows[seen - 1] : start - 1);
        }
        (Tokens, Sequences) = (start, count);
        (offsets[count], sides[2 * count], seenOffsets[count]) = (start, start, seen);
    }

    void Reserve(int tokens, int sequences)
    {
        if (ids.Length < tokens)
        {
            int room = tokens + tokens / 4;
            (ids, segments, overlap, positions, sidePositions, seenRows) = (new int[room], new int[room], new int[room], new int[room], new int[room], new int[room]);
        }
        if (lastRows.Length < sequences)
        {
            int room = sequences + sequences / 4;
            (offsets, seenOffsets, sides, lastRows, lastPositions) = (new int[room + 1], new int[room + 1], new int[2 * room + 1], new int[room], new int[room]);
            counting = [.. Enumerable.Range(0, room + 1)];
        }
    }
}
