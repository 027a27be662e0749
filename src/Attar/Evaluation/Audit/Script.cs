using System.Text;

namespace Attar.Evaluation.Audit;

/// <summary>The writing system of a text, by Unicode's blocks: as much of its language as letters tell.</summary>
public static class Script
{
    static readonly (int Last, string Name)[] blocks = // letters up to a code point
    [
        (0x7F, "Latin"), (0x24F, "Latin with accents"), (0x36F, "other"), (0x3FF, "Greek"), (0x52F, "Cyrillic"), (0x58F, "Armenian"), (0x5FF, "Hebrew"), (0x8FF, "Arabic"),
        (0x97F, "Devanagari"), (0xDFF, "other Indic"), (0xE7F, "Thai"), (0x10FF, "other"), (0x11FF, "Hangul"), (0x1DFF, "other"), (0x1EFF, "Latin with accents"), (0x1FFF, "Greek"),
        (0x303F, "other"), (0x30FF, "Kana"), (0x318F, "Hangul"), (0x31EF, "Han"), (0x31FF, "Kana"), (0x9FFF, "Han"), (0xABFF, "other"), (0xD7FF, "Hangul"), (0xFAFF, "Han"),
    ];

    /// <summary>Of the letters: one name, <c>mixed</c>, or <c>none</c> without letters. Accents among plain letters make Latin with accents.</summary>
    public static string Of(string text)
    {
        string[] found = [.. text.EnumerateRunes().Where(Rune.IsLetter).Select(NameOf).Distinct()];
        return found switch
        {
            [] => "none",
            [var one] => one,
            _ when found.All(name => name.StartsWith("Latin", StringComparison.Ordinal)) => "Latin with accents",
            _ when found.All(name => name is "Han" or "Kana") => "Kana",
            _ => "mixed",
        };
    }

    static string NameOf(Rune letter) => Array.Find(blocks, block => letter.Value <= block.Last).Name ?? (letter.Value is >= 0x20000 and < 0x32000 ? "Han" : "other");
}
