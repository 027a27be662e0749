using System.Text;
using System.Text.RegularExpressions;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers.Normalizers;

/// <summary>Every occurrence of a text by another.</summary>
sealed class TextReplacement(string found, string content) : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece) => found.Length == 0 || !piece.Contains(found, StringComparison.Ordinal);

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        if (found.Length == 1 && content.Length == 1)
        {
            foreach (char c in piece) output.Replace(c == found[0] ? content[0] : c);
            return;
        }
        for (int from = 0; from < piece.Length;)
        {
            int next = piece[from..].IndexOf(found, StringComparison.Ordinal);
            output.Keep(next < 0 ? piece.Length - from : next);
            if (next < 0) return;
            output.Replace(found.Length, content);
            from += next + found.Length;
        }
    }
}

/// <summary>Every match of a pattern by a text.</summary>
sealed class PatternReplacement(Regex pattern, string content) : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece)
    {
        using var text = new BmpText(piece);
        return !pattern.IsMatch(text.Span);
    }

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        using var text = new BmpText(piece);
        int end = 0;
        foreach (ValueMatch match in pattern.EnumerateMatches(text.Span))
        {
            int from = text.PositionOf(match.Index), to = text.PositionOf(match.Index + match.Length);
            output.Keep(from - end);
            output.Replace(to - from, content);
            end = to;
        }
        output.Keep(piece.Length - end);
    }
}

/// <summary>SentencePiece's <c>nmt</c> rules: some control characters go, special spaces become plain ones.</summary>
sealed class Nmt : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece) => !piece.ContainsAnyExceptInRange(' ', '~');

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        foreach (Rune rune in piece.EnumerateRunes())
        {
            if (rune.Value is (>= 1 and <= 8) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F) output.Skip();
            else if (IsSpace(rune.Value)) output.Replace(' ');
            else output.Keep(rune.Utf16SequenceLength);
        }
    }

    static bool IsSpace(int c) => c is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
}
