using System.Globalization;
using System.Text;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Unicode;

namespace Attar.Models.Tokenizers.Words;

/// <summary><c>\w</c> of Unicode's regular expressions (technical standard 18): letters, marks, decimal digits, connectors, joiners.</summary>
static class WordCharacters
{
    public static bool Contains(Rune rune) => rune.Value is 0x200C or 0x200D || IsEnclosedLetter(rune)
        || Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Ⓐ and its like: symbols that count as alphabetic.</summary>
    public static bool IsEnclosedLetter(Rune rune) =>
        rune.Value is (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);
}

/// <summary><c>\w+|[^\w\s]+</c>: runs of word characters and runs of others; white space is lost.</summary>
sealed class Whitespace : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        int from = 0, position = 0, kind = 0; // 0: white space
        foreach (Rune rune in piece.EnumerateRunes())
        {
            int next = Rune.IsWhiteSpace(rune) ? 0 : WordCharacters.Contains(rune) ? 1 : 2;
            if (next != kind)
            {
                if (kind != 0) output.Cut(start + from, start + position);
                (from, kind) = (position, next);
            }
            position += rune.Utf16SequenceLength;
        }
        if (kind != 0) output.Cut(start + from, start + position);
    }
}

/// <summary>Words between white space, which is lost.</summary>
sealed class WhitespaceSplit : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        for (int from = 0; from < piece.Length;)
        {
            int to = from;
            while (to < piece.Length && !CharClasses.IsSpace(piece[to])) to++;
            output.Cut(start + from, start + to);
            from = WhiteSpace.EndOfRun(piece, to);
        }
    }
}

/// <summary>BERT's words: white space is lost, a punctuation character is a word of its own.</summary>
sealed class BertSplit : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        int from = 0;
        for (int i = 0; i < piece.Length;)
        {
            int next = i + (char.IsHighSurrogate(piece[i]) ? 2 : 1);
            bool space = CharClasses.IsSpace(piece[i]);
            if (space || IsPunctuation(piece[i..next]))
            {
                output.Cut(start + from, start + i);
                if (!space) output.Cut(start + i, start + next);
                from = next;
            }
            i = next;
        }
        output.Cut(start + from, start + piece.Length);
    }

    static bool IsPunctuation(ReadOnlySpan<char> character)
    {
        if (char.IsAsciiLetterOrDigit(character[0])) return false;
        Rune.DecodeFromUtf16(character, out Rune rune, out _);
        return Unicode8.IsPunctuation(rune);
    }
}

/// <summary>Words of equally many characters; the last may be shorter.</summary>
sealed class FixedLength(int characters) : Splitter
{
    protected override void Split(ReadOnlySpan<char> piece, int start, TextPieces output)
    {
        int from = 0, position = 0, count = 0;
        foreach (Rune rune in piece.EnumerateRunes())
        {
            position += rune.Utf16SequenceLength;
            if (++count % characters != 0) continue;
            output.Cut(start + from, start + position);
            from = position;
        }
        output.Cut(start + from, start + piece.Length);
    }
}
