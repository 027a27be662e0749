namespace Attar.Models.Tokenizers;

/// <summary>A query and a product as the models read them: one packed sequence, no padding.</summary>
/// <param name="Ids">Token ids, special tokens included.</param>
/// <param name="Segments">0 = query side, 1 = product side (BERT's token types).</param>
/// <param name="Overlap">What the token has in common with the other side, as <see cref="OverlapMarks"/> says; special and marker tokens 0.</param>
public sealed record TokenPair(int[] Ids, byte[] Segments, byte[] Overlap)
{
    public int Length => Ids.Length;

    /// <summary>Whether the query has more text than the pair has room for.</summary>
    public bool QueryCut { get; init; }

    /// <summary>Whether the product has more text than the pair has room for.</summary>
    public bool ProductCut { get; init; }

    /// <summary>Tokens of the query's side; the product's follow.</summary>
    public int QuerySide => Segments.AsSpan().IndexOf((byte)1) is >= 0 and int first ? first : Length;

    /// <summary>How many tokens both begin with, marks included.</summary>
    internal int SharedStart(TokenPair other) => Math.Min(Ids.AsSpan().CommonPrefixLength(other.Ids), Overlap.AsSpan().CommonPrefixLength(other.Overlap));

    /// <summary>The product's side without the query's, as split models read it beforehand.</summary>
    public TokenPair ProductAlone() => new(Ids[QuerySide..], Segments[QuerySide..], new byte[Length - QuerySide]);
}
