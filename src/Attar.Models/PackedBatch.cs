using Attar.Models.Tokenizers;

namespace Attar.Models;

/// <summary>Several pairs laid end to end: no padding, sequence s owns tokens Offsets[s]..Offsets[s+1]-1. Filling one again uses its memory again.</summary>
public sealed class PackedBatch
{
    int[] ids = [], segments = [], overlap = [], positions = [], sidePositions = [], offsets = [0], sides = [0], lastRows = [], lastPositions = [], counting = [0], moved = [], zeros = [];

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
    public void Fill(IReadOnlyList<TokenPair> pairs, int first, int count)
    {
        int tokens = 0;
        for (int i = 0; i < count; i++) tokens += pairs[first + i].Length;
        (Tokens, Sequences) = (tokens, count);
        Reserve(tokens, count);
        for (int i = 0, start = 0; i < count; i++)
        {
            TokenPair pair = pairs[first + i];
            offsets[i] = start;
            (lastPositions[i], lastRows[i]) = (pair.Length - 1, start + pair.Length - 1);
            pair.Ids.CopyTo(ids, start);
            int querySide = pair.QuerySide;
            (sides[2 * i], sides[2 * i + 1]) = (start, start + querySide);
            for (int j = 0; j < pair.Length; j++)
                (segments[start + j], overlap[start + j], positions[start + j], sidePositions[start + j]) = (pair.Segments[j], pair.Overlap[j], j, j < querySide ? j : j - querySide);
            start += pair.Length;
        }
        offsets[count] = sides[2 * count] = tokens;
    }

    void Reserve(int tokens, int sequences)
    {
        if (ids.Length < tokens)
        {
            int room = tokens + tokens / 4;
            (ids, segments, overlap, positions, sidePositions) = (new int[room], new int[room], new int[room], new int[room], new int[room]);
        }
        if (lastRows.Length < sequences)
        {
            int room = sequences + sequences / 4;
            (offsets, sides, lastRows, lastPositions) = (new int[room + 1], new int[2 * room + 1], new int[room], new int[room]);
            counting = [.. Enumerable.Range(0, room + 1)];
        }
    }
}
