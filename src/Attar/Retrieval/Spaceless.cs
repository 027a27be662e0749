using System.Globalization;

namespace Attar.Retrieval;

/// <summary>
/// Scripts that part no words by spaces, or hang endings on them: Han, kana, Hangul, Thai, Lao, Khmer, Myanmar. Each two neighbours are a term,
/// and of Han each character too, for many are words.
/// </summary>
static class Spaceless
{
    public static bool Is(string text, int at) => text[at] switch
    {
        < '\u0E00' => false,
        <= '\u0EFF' => true, // Thai, Lao
        >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17FF' => true, // Myanmar, Khmer
        >= '\u3005' and <= '\u3007' or >= '\u3041' and <= '\u30FF' or >= '\u31F0' and <= '\u31FF' => true, // marks of repetition, kana
        >= '\uAC00' and <= '\uD7A3' => true, // Hangul
        var c => IsHan(c) || char.IsHighSurrogate(c) && at + 1 < text.Length && char.ConvertToUtf32(c, text[at + 1]) is >= 0x20000 and <= 0x323AF,
    };

    public static void AddPairs(string run, List<string> terms)
    {
        string? before = null;
        int units = 0;
        for (int at = 0; at < run.Length;)
        {
            int end = UnitEnd(run, at);
            string unit = run[at..end];
            if (before is not null) terms.Add(before + unit);
            if (IsHan(unit[0]) || char.IsHighSurrogate(unit[0])) terms.Add(unit);
            (before, at) = (unit, end);
            units++;
        }
        if (units == 1 && !IsHan(run[0]) && !char.IsHighSurrogate(run[0])) terms.Add(run);
    }

    static bool IsHan(char c) => c is >= '\u3400' and <= '\u4DBF' or >= '\u4E00' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF' or '々';

    /// <summary>A character with the vowels and tones on it.</summary>
    static int UnitEnd(string run, int at)
    {
        at += char.IsHighSurrogate(run[at]) && at + 1 < run.Length ? 2 : 1;
        while (at < run.Length && CharUnicodeInfo.GetUnicodeCategory(run[at]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark && run[at] < '\u3000') at++;
        return at;
    }
}
