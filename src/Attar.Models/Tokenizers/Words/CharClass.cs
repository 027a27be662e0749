using System.Globalization;

namespace Attar.Models.Tokenizers.Words;

/// <summary>What the split patterns of byte-level tokenizers distinguish: <c>\p{L}</c>, <c>\p{N}</c>, <c>[\r\n]</c>, the rest of <c>\s</c>, all else.</summary>
enum CharClass : byte { Other, Letter, Number, Space, NewLine, Surrogate }

static class CharClasses
{
    static readonly CharClass[] Table = [.. Enumerable.Range(0, 0x10000).Select(c => ClassOf((char)c))];

    /// <summary>Class of the character at <paramref name="position"/>, which moves behind it.</summary>
    public static CharClass Read(ReadOnlySpan<char> text, ref int position)
    {
        char c = text[position++];
        CharClass found = Table[c];
        if (found != CharClass.Surrogate) return found;
        int whole = char.ConvertToUtf32(c, text[position++]);
        return ClassOf(CharUnicodeInfo.GetUnicodeCategory(whole)); // no white space beyond U+FFFF
    }

    /// <summary>Where the run of one class that has been read up to <paramref name="position"/> ends.</summary>
    public static int EndOfRun(ReadOnlySpan<char> text, int position, CharClass run)
    {
        while (position < text.Length)
        {
            int next = position;
            if (Read(text, ref next) != run) break;
            position = next;
        }
        return position;
    }

    public static bool IsSpace(char c) => Table[c] is CharClass.Space or CharClass.NewLine;

    static CharClass ClassOf(char c) =>
        c is '\r' or '\n' ? CharClass.NewLine
        : char.IsWhiteSpace(c) ? CharClass.Space
        : char.IsSurrogate(c) ? CharClass.Surrogate
        : ClassOf(CharUnicodeInfo.GetUnicodeCategory(c));

    static CharClass ClassOf(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => CharClass.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharClass.Number,
        _ => CharClass.Other,
    };
}
