namespace Attar.Models.Tokenizers;

/// <summary>
/// The first tokens of a text, at the price of about as much text as they take: of a text of megabytes a pair reads a line.
/// </summary>
/// <remarks>
/// A prefix is tokenised, a longer one where it has too few tokens. What a cut changes lies within the words before it, so the
/// prefix ends with a word where words end, and its last tokens are not used.
/// </remarks>
static class TextStart
{
    const int Typical = 8; // characters a token, at first; product texts have 4 to 6
    const int Growth = 4;
    const int Margin = 32; // tokens before a cut that it may have changed
    const int LongestWord = 256; // of one that is longer, a part is cut as the whole is

    /// <summary>Appends the first tokens of a text.</summary>
    /// <param name="lead">Stands before the text.</param>
    /// <param name="most">Tokens appended at most.</param>
    /// <returns>Whether the text has more.</returns>
    public static bool Encode(ITokenizer tokenizer, string lead, string text, int most, List<int> ids)
    {
        int before = ids.Count;
        for (long length = Typical * ((long)most + Margin); ; length *= Growth)
        {
            bool whole = length >= text.Length;
            tokenizer.Encode(string.Concat(lead, whole ? text : text.AsSpan(0, Cut(text, (int)length))), ids);
            int found = ids.Count - before;
            if (whole || found >= most + Margin)
            {
                if (found > most) ids.RemoveRange(before + most, found - most);
                return found > most;
            }
            ids.RemoveRange(before, found);
        }
    }

    /// <summary>The last end of a word at or before <paramref name="length"/>, or there where none is near; never inside a character.</summary>
    static int Cut(string text, int length)
    {
        for (int end = length; end > Math.Max(0, length - LongestWord); end--)
            if (char.IsWhiteSpace(text[end]) && !char.IsWhiteSpace(text[end - 1])) return end;
        return char.IsLowSurrogate(text[length]) ? length + 1 : length;
    }
}
