using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Attar.Models.Tokenizers.Normalizers;

namespace Attar.Retrieval;

/// <summary>
/// Text to the terms that search matches, in any language: words as Unicode bounds them (annex 29), compatible characters made one (NFKC),
/// case and diacritics folded, decimals kept whole, stemmed by language. Scripts that are written without spaces become pairs of characters.
/// </summary>
public static partial class SearchTerms
{
    static readonly SearchValues<char> digits = SearchValues.Create("0123456789");
    static readonly SearchValues<char> lettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");
    static readonly string[] suffixes = ["ies", "es", "s", "ing", "ed"];

    /// <summary>Terms in order, repeated as in the text; of ASCII text <c>[a-z0-9]+(\.[0-9]+)?</c>, lower-cased and stemmed.</summary>
    /// <param name="stemmer">Null: the English one.</param>
    public static List<string> Of(string text, Stemmer? stemmer = null)
    {
        var terms = new List<string>();
        stemmer ??= Stemmer.English;
        ReadOnlySpan<char> lower = Ascii.IsValid(text) ? text.ToLowerInvariant() : Damage().Replace(text.ToLowerInvariant(), " ");
        for (int i = 0; i < lower.Length;)
        {
            int end = i + Run(lower[i..], lettersAndDigits);
            if (end < lower.Length && lower[end] > '\u007F' && IsWordAt(lower, end) && !IsDegree(lower, end)) // a word with letters beyond a to z
            {
                int start = i;
                end = WordEnd(lower, start);
                AddWord(lower[start..end].ToString(), terms, stemmer);
                i = end;
                continue;
            }
            if (end > i && end + 1 < lower.Length && (lower[end] == '.' || lower[end] == ',' && stemmer.DecimalComma)) // 3.5 is one term
            {
                int decimals = Run(lower[(end + 1)..], digits);
                if (decimals > 0 && (lower[end] == '.' || decimals < 3 && lower[i..end].IndexOfAnyExcept(digits) < 0)) // 0,5 but not 1,000
                {
                    terms.Add(lower[end] == '.' ? stemmer.Stem(lower[i..(end + 1 + decimals)]) : $"{lower[i..end]}.{lower.Slice(end + 1, decimals)}");
                    i = end + 1 + decimals;
                    continue;
                }
            }
            if (end > i) terms.Add(stemmer.Stem(lower[i..end]));
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

    /// <summary>Signs that were read in another encoding than they were written in: UTF-8's °, and Mac Roman's dashes, quotation marks and space, as Latin-1.</summary>
    [GeneratedRegex("[âã][\\u0080-\\u00BF]|åê|å[¡_]|û[òóïüª÷]|èà")]
    private static partial Regex Damage();

    /// <summary>90å was 90° before somebody read it in another encoding.</summary>
    static bool IsDegree(ReadOnlySpan<char> text, int at) =>
        at > 0 && char.IsAsciiDigit(text[at - 1]) && text[at] is >= '\u00C0' and <= '\u00FF' && (at + 1 == text.Length || !IsWordAt(text, at + 1));

    static int WordEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && IsWordAt(text, at)) at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        return at;
    }

    /// <summary>Letters, digits, marks that sit on them, and what joins them invisibly; º and ª stand for degrees more often than for letters.</summary>
    static bool IsWordAt(ReadOnlySpan<char> text, int at)
    {
        char c = text[at];
        if (c < '\u0080') return char.IsAsciiLetterOrDigit(c);
        if (c is 'ª' or 'º') return false;
        if (c is '\u00AD' or '\u200C' or '\u200D') return true;
        return Rune.DecodeFromUtf16(text[at..], out Rune rune, out _) == OperationStatus.Done && Rune.GetUnicodeCategory(rune) is
            UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber;
    }

    static void AddWord(string word, List<string> terms, Stemmer stemmer)
    {
        string folded = Folding.Of(UnicodeText.Nfkc(word).ToLowerInvariant());
        for (int i = 0; i < folded.Length;)
        {
            bool spaceless = Spaceless.Is(folded, i);
            int end = i;
            while (end < folded.Length && Spaceless.Is(folded, end) == spaceless) end += char.IsHighSurrogate(folded[end]) && end + 1 < folded.Length ? 2 : 1;
            if (spaceless) Spaceless.AddPairs(folded[i..end], terms);
            else if (stemmer.Stem(folded.AsSpan(i, end - i)) is { Length: > 0 } term) terms.Add(term);
            i = end;
        }
    }
}
