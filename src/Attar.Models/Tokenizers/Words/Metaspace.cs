using Attar.Models.Tokenizers.Models;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>SentencePiece's way with spaces: each becomes ▁, one is put before the text, and words begin at it.</summary>
/// <param name="mark">Usually ▁.</param>
/// <param name="scheme">Where a mark is put before a piece that has none: <c>always</c>, <c>first</c> (only where the text begins) or <c>never</c>.</param>
sealed class Metaspace(char mark, string scheme) : ITextStep
{
    public void Apply(TextPieces text)
    {
        text.BeginRewrite();
        foreach (Piece piece in text.Pieces)
        {
            text.Open(piece);
            if (piece.IsText) Rewrite(text, piece);
            else text.Keep(piece.End - piece.Start);
            text.Close();
        }
        text.EndRewrite();
    }

    void Rewrite(TextPieces text, Piece piece)
    {
        char first = text[piece.Start];
        if (first != mark && first != ' ' && (scheme == "always" || (scheme == "first" && piece.Start == 0))) text.Prepend(mark);
        foreach (char c in text.Of(piece)) text.Replace(c == ' ' ? mark : c);
    }
}

/// <summary>Words begin at a mark: <c>▁red▁▁drill</c> becomes <c>▁red ▁ ▁drill</c>.</summary>
sealed class MetaspaceSplit(char mark) : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        for (int from = 0; from < piece.Length;)
        {
            int next = piece[(from + 1)..].IndexOf(mark);
            int to = next < 0 ? piece.Length : from + 1 + next;
            output.Cut(start + from, start + to);
            from = to;
        }
    }
}

/// <summary>
/// Cuts before each mark that follows something else. For a BPE model without pre-tokenizer, of whose tokens none has a mark behind
/// something else: no merge can cross such a place, so the tokens are the same and words can be remembered.
/// </summary>
sealed class UncrossedSplit(char mark) : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        int from = 0;
        for (int i = 1; i < piece.Length; i++)
        {
            if (piece[i] != mark || piece[i - 1] == mark) continue;
            output.Cut(start + from, start + i);
            from = i;
        }
        output.Cut(start + from, start + piece.Length);
    }

    /// <summary>True when the mark is a token, and none has it behind something else.</summary>
    public bool IsSafeFor(ITokenModel model) =>
        model.Vocabulary.Find([mark]) >= 0 && !model.Vocabulary.Entries.Any(entry => entry.Key.AsSpan().TrimStart(mark).Contains(mark));
}
