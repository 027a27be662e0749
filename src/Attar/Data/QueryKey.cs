using System.Globalization;
using System.Text;
using Attar.Models.Tokenizers.Normalizers;

namespace Attar.Data;

/// <summary>What makes two queries the same: their letters and digits, whatever the case, spacing and punctuation.</summary>
public static class QueryKey
{
    /// <summary><c>"Cordless-Drill, 18V "</c> and <c>"cordless drill 18v"</c> have one key.</summary>
    public static string Of(string query)
    {
        var key = new StringBuilder();
        foreach (Rune rune in query.ToLowerInvariant().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || IsMark(rune)) key.Append(rune.ToString());
            else if (key.Length > 0 && key[^1] != ' ') key.Append(' ');
        }
        return UnicodeText.Nfkc(key.ToString().TrimEnd());
    }

    /// <summary>Vowels of Thai, Hindi and Arabic are marks: they belong to the word. Those that choose how a character is drawn do not.</summary>
    static bool IsMark(Rune rune) =>
        rune.Value > 0x02FF && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark && rune.Value is not (>= 0xFE00 and <= 0xFE0F);

    /// <summary>64 bits of the key, for sets of millions: two keys that meet by chance cost one query, never let one through.</summary>
    public static ulong HashOf(string query)
    {
        ulong hash = 14695981039346656037; // FNV-1a
        foreach (char c in Of(query)) hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
