using System.Text;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Normalizers;

/// <summary>Leaves characters out.</summary>
sealed class Removal(Func<Rune, bool> removed, bool alsoAscii = false) : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece)
    {
        int first = alsoAscii ? piece.IndexOfAnyExceptInRange(' ', '~') : piece.IndexOfAnyExceptInRange('\0', '\u007F');
        if (first < 0) return true;
        foreach (Rune rune in piece[first..].EnumerateRunes())
            if (removed(rune)) return false;
        return true;
    }

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        foreach (Rune rune in piece.EnumerateRunes())
        {
            if (removed(rune)) output.Skip();
            else output.Keep(rune.Utf16SequenceLength);
        }
    }
}

/// <summary>Each character by its lower-case form; İ becomes i̇, and no letter depends on its place in the word.</summary>
sealed class Lowercase : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece)
    {
        foreach (char c in piece)
            if (char.IsAsciiLetterUpper(c) || c > 0x7F) return false;
        return true;
    }

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        for (int i = 0; i < piece.Length; i++)
        {
            char c = piece[i];
            if (c < 0x80)
            {
                output.Replace(char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c);
            }
            else if (char.IsHighSurrogate(c))
            {
                output.Replace(Rune.ToLowerInvariant(new Rune(c, piece[++i])));
            }
            else if (c == 'İ') // the only letter whose lower case is two characters
            {
                output.Replace('i');
                output.Insert('\u0307');
            }
            else
            {
                output.Replace(char.ToLowerInvariant(c));
            }
        }
    }
}

/// <summary>Leaves out white space at the ends.</summary>
sealed class Strip(bool left, bool right) : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece) => !(left && char.IsWhiteSpace(piece[0])) && !(right && char.IsWhiteSpace(piece[^1]));

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        int before = left ? piece.Length - piece.TrimStart().Length : 0;
        for (int i = 0; i < before; i++) output.Skip();
        output.Keep((right ? piece[before..].TrimEnd() : piece[before..]).Length);
    }
}

/// <summary>Puts a text before every piece.</summary>
sealed class Prepend(string text) : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece) => text.Length == 0;

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        foreach (char c in text) output.Prepend(c);
        output.Keep(piece.Length);
    }
}
