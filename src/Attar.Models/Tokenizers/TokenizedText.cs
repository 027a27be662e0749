using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>A text, or two, as tokens within the structure that the tokenizer's file describes.</summary>
/// <param name="Ids">Token ids, special tokens included.</param>
/// <param name="Offsets">By token: where in its text it stands, in UTF-16 units; empty for special tokens that the structure adds.</param>
/// <param name="Segments">By token: the type id of the structure (BERT: 1 for the second text).</param>
/// <param name="Structure">By token: true for special tokens that the structure adds.</param>
public sealed record TokenizedText(int[] Ids, TextRange[] Offsets, byte[] Segments, bool[] Structure)
{
    public int Length => Ids.Length;
}
