namespace Attar.Models.Tokenizers.Words;

/// <summary><c>\s+(?!\S)|\s+</c>: white space, but the last of several is left to the word behind it.</summary>
static class WhiteSpace
{
    /// <param name="from">Where white space begins.</param>
    public static int EndOfWord(ReadOnlySpan<char> text, int from)
    {
        int end = EndOfRun(text, from);
        return end < text.Length && end - from > 1 ? end - 1 : end;
    }

    public static int EndOfRun(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && CharClasses.IsSpace(text[from])) from++;
        return from;
    }
}

/// <summary><c>'s|'t|'re|'ve|'m|'ll|'d</c></summary>
static class Contraction
{
    /// <summary>Length of the contraction that <paramref name="text"/>, which begins with an apostrophe, begins with; 0 for none.</summary>
    public static int Length(ReadOnlySpan<char> text, bool ignoreCase)
    {
        if (text.Length < 2) return 0;
        char first = Fold(text[1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd') return 2;
        if (text.Length < 3) return 0;
        return (first, Fold(text[2], ignoreCase)) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    // ſ (long s) is the one character beyond ASCII that equals one of these letters when case is ignored
    static char Fold(char c, bool ignoreCase) => !ignoreCase ? c : c == 'ſ' ? 's' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}
