using System.Collections;
using System.Globalization;
using System.Text;

namespace Attar.Models.Tokenizers.Unicode;

/// <summary>
/// Categories as of Unicode 8.0, by which Hugging Face's library tells punctuation, marks and format characters: a character that became
/// punctuation later is none here, or its tokens would differ from those that models were trained on.
/// </summary>
static class Unicode8
{
    static readonly Dictionary<char, BitArray> Sets = Read();
    static readonly BitArray Punctuation = Sets['P'], NonSpacing = Sets['N'], Marks = Sets['M'], Others = Sets['C'];

    /// <summary>Punctuation, and all of ASCII that is neither letter nor digit, space or control.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii ? rune.Value is > ' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)rune.Value) : Punctuation[rune.Value];

    public static bool IsNonSpacingMark(Rune rune) => NonSpacing[rune.Value];

    public static bool IsMark(Rune rune) => Marks[rune.Value];

    /// <summary>Control, format and private-use characters.</summary>
    public static bool IsOther(Rune rune) => rune.IsAscii ? rune.Value is < ' ' or 0x7F : Others[rune.Value];

    static Dictionary<char, BitArray> Read()
    {
        using var reader = new StreamReader(typeof(Unicode8).Assembly.GetManifestResourceStream("Unicode8.txt")!);
        var sets = new Dictionary<char, BitArray>();
        while (reader.ReadLine() is { } line)
        {
            if (line[0] == '#') continue;
            if (!sets.TryGetValue(line[0], out BitArray? set)) sets.Add(line[0], set = new BitArray(0x110000));
            foreach (string range in line[2..].Split(' '))
            {
                string[] ends = range.Split('-');
                for (int code = Hex(ends[0]); code <= Hex(ends[^1]); code++) set[code] = true;
            }
        }
        return sets;
    }

    static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
