using System.Globalization;
using System.Text;
using Attar.Models.Tokenizers.Normalizers;

namespace Attar.Retrieval;

/// <summary>Letters without what writers leave out: accents of Latin and Greek, points of Arabic and Hebrew, the dots of ё; ß is ss, ø is o.</summary>
static class Folding
{
    public static string Of(string lower)
    {
        if (lower.All(char.IsAscii)) return lower;
        var text = new StringBuilder(lower.Length);
        foreach (char c in lower)
        {
            if (c < '\u0080') text.Append(c);
            else if (c is '\u00AD' or '\u200C' or '\u200D' or 'ـ' || IsPoint(c)) continue; // soft hyphens, joiners, the Arabic stretch
            else if (Special(c) is { } letters) text.Append(letters);
            else if (Loses(c)) text.Append(char.ToLowerInvariant(UnicodeText.Nfkd(c.ToString())[0])); // İ has no lower case of one letter
            else text.Append(c);
        }
        return text.ToString();
    }

    /// <summary>Letters that no decomposition takes apart, or that have to stay whole.</summary>
    static string? Special(char c) => c switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' or 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        'ŋ' => "n",
        'ς' => "σ",
        'й' => "й", // another letter than и, and always typed
        'أ' or 'إ' or 'آ' or 'ٱ' => "ا",
        'ى' or 'ی' => "ي",
        'ک' => "ك",
        _ => null,
    };

    /// <summary>Latin, Greek and Cyrillic letters with a mark on them.</summary>
    static bool Loses(char c) => c is >= '\u00C0' and <= '\u024F' or >= '\u1E00' and <= '\u1FFF' or >= '\u0370' and <= '\u03FF' or >= '\u0400' and <= '\u04FF';

    /// <summary>A mark that is left out wherever it stands: accents by themselves, vowel points of Hebrew and Arabic. Those of Indic scripts and Thai are letters, and those of kana make another sound.</summary>
    static bool IsPoint(char c) => c is >= '\u0300' and <= '\u036F' or >= '\u0591' and <= '\u05C7' or >= '\u0610' and <= '\u061A' or >= '\u064B' and <= '\u065F' or '\u0670' or >= '\uFE00' and <= '\uFE0F'
        && CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
}
