using System.Buffers;

namespace Attar.Retrieval;

/// <summary>Text to the terms that search matches: lower-cased runs of letters and digits, decimals kept whole, lightly stemmed.</summary>
public static class SearchTerms
{
    static readonly SearchValues<char> digits = SearchValues.Create("0123456789");
    static readonly SearchValues<char> lettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    static readonly string[] suffixes = ["ies", "es", "s", "ing", "ed"];

    /// <summary>Terms in order, repeated as in the text: <c>[a-z0-9]+(\.[0-9]+)?</c> of the lower-cased text, stemmed.</summary>
    public static List<string> Of(string text)
    {
        var terms = new List<string>();
        ReadOnlySpan<char> lower = text.ToLowerInvariant();
        for (int i = 0; i < lower.Length;)
        {
            int end = i + Run(lower[i..], lettersAndDigits);
            if (end > i && end + 1 < lower.Length && lower[end] == '.') // 3.5 is one term
            {
                int decimals = Run(lower[(end + 1)..], digits);
                if (decimals > 0) end += 1 + decimals;
            }
            if (end > i) terms.Add(Stem(lower[i..end]).ToString());
            i = Math.Max(end, i + 1);
        }
        return terms;
    }

    /// <summary>Drops the first of -ies, -es, -s, -ing, -ed that leaves three characters or more.</summary>
    public static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        foreach (string suffix in suffixes)
            if (word.Length - suffix.Length >= 3 && word.EndsWith(suffix, StringComparison.Ordinal)) return word[..^suffix.Length];
        return word;
    }

    /// <summary>How many characters from the start on belong.</summary>
    static int Run(ReadOnlySpan<char> text, SearchValues<char> belong) =>
        text.IndexOfAnyExcept(belong) is >= 0 and int length ? length : text.Length;
}
