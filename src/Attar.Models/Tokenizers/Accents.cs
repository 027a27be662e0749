using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Canonical decomposition (NFD) followed by the removal of nonspacing marks: é becomes e.
/// <c>string.Normalize</c> does nothing when the program runs without ICU, so the table is carried along.
/// </summary>
static class Accents
{
    static readonly FrozenDictionary<int, string> Table = Read();

    /// <summary>Appends what remains of a character: usually one character, none for a mark, up to three for a Hangul syllable.</summary>
    public static void AppendStripped(Rune rune, ref CharBuffer output)
    {
        if (rune.IsAscii) output.Append(rune);
        else if (rune.Value is >= HangulFirst and <= HangulLast) AppendHangul(rune.Value - HangulFirst, ref output);
        else if (Table.TryGetValue(rune.Value, out string? remains)) output.Append(remains);
        else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark) output.Append(rune);
    }

    const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, Vowels = 21, Finals = 28;

    // The arithmetic decomposition of the Unicode standard, section 3.12.
    static void AppendHangul(int syllable, ref CharBuffer output)
    {
        output.Append((char)(0x1100 + syllable / (Vowels * Finals)));
        output.Append((char)(0x1161 + syllable / Finals % Vowels));
        if (syllable % Finals != 0) output.Append((char)(0x11A7 + syllable % Finals));
    }

    static FrozenDictionary<int, string> Read()
    {
        using var reader = new StreamReader(typeof(Accents).Assembly.GetManifestResourceStream("Accents.txt")!);
        var table = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            string[] sides = line.Split(" : ");
            string remains = string.Concat(Runes(sides[0]));
            foreach (Rune rune in Runes(sides[1])) table.Add(rune.Value, remains);
        }
        return table.ToFrozenDictionary();
    }

    static IEnumerable<Rune> Runes(string hex) => hex.Split(' ').Select(x => new Rune(int.Parse(x, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
}
