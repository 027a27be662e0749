using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Attar.Models.Tokenizers;

namespace Attar.Models.Encoders;

/// <summary>What a split encoder's lower layers make of a query's or a product's tokens, in half precision, so that a side met again is not read again. The most recently used are kept.</summary>
/// <param name="hidden">Columns of a row.</param>
/// <param name="capacity">Sides kept; one of 25 tokens takes 50 bytes a column.</param>
sealed class SideRows(int hidden, int capacity)
{
    readonly BoundedCache<Side, Half[]> known = new(capacity);
    readonly List<TokenPair> unread = [];
    readonly List<Half[]> unreadRows = [];
    Half[][] rows = [];

    /// <summary>The tokens of a side. Equal when the tokens are; the sides themselves are told apart by the token types.</summary>
    readonly record struct Side(int[] Ids, int First, int Length, bool OfProduct)
    {
        ReadOnlySpan<int> Tokens => Ids.AsSpan(First, Length);

        public bool Equals(Side other) => OfProduct == other.OfProduct && Tokens.SequenceEqual(other.Tokens);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(OfProduct);
            hash.AddBytes(MemoryMarshal.AsBytes(Tokens));
            return hash.ToHashCode();
        }

        public TokenPair Alone()
        {
            byte[] segments = new byte[Length];
            if (OfProduct) segments.AsSpan().Fill(1);
            return new TokenPair(Tokens.ToArray(), segments, new byte[Length]);
        }
    }

    /// <summary>Finds the rows of all sides of these pairs. Those that nobody has read yet have room, and are to be read before they are used.</summary>
    /// <returns>the unread sides, each as a pair without the other side</returns>
    public List<TokenPair> Find(IReadOnlyList<TokenPair> pairs)
    {
        unread.Clear();
        unreadRows.Clear();
        if (rows.Length < 2 * pairs.Count) rows = new Half[2 * pairs.Count][];
        for (int i = 0; i < pairs.Count; i++)
        {
            int querySide = pairs[i].QuerySide;
            rows[2 * i] = RowsOf(new Side(pairs[i].Ids, 0, querySide, false));
            rows[2 * i + 1] = RowsOf(new Side(pairs[i].Ids, querySide, pairs[i].Length - querySide, true));
        }
        return unread;
    }

    Half[] RowsOf(Side side)
    {
        if (side.Length == 0) return [];
        if (known.TryGet(side, out Half[] found)) return found;
        TokenPair alone = side.Alone();
        Half[] room = new Half[side.Length * hidden];
        known.Add(side with { Ids = alone.Ids, First = 0 }, room);
        unread.Add(alone);
        unreadRows.Add(room);
        return room;
    }

    /// <summary>Keeps the rows of unread sides first..first+count-1, laid end to end.</summary>
    public void Keep(ReadOnlySpan<float> lower, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            TensorPrimitives.ConvertToHalf(lower[..unreadRows[i].Length], unreadRows[i]);
            lower = lower[unreadRows[i].Length..];
        }
    }

    /// <summary>Lays the rows of the pairs first..first+count-1 of the last <see cref="Find"/> end to end.</summary>
    public void CopyTo(Span<float> lower, int first, int count)
    {
        for (int i = 2 * first; i < 2 * (first + count); i++)
        {
            TensorPrimitives.ConvertToSingle(rows[i], lower);
            lower = lower[rows[i].Length..];
        }
    }

    /// <summary>Lets go of the pairs of the last <see cref="Find"/>.</summary>
    public void Release() => Array.Clear(rows);

    /// <summary>Forgets everything: after a failure rows may never have been filled.</summary>
    public void Clear() => known.Clear();
}
