using System.Globalization;

namespace Attar.Models.Tokenizers.Unicode;

/// <summary>
/// Decompositions, combining classes and compositions. Carried along because <c>string.Normalize</c> does nothing where the program
/// runs without ICU, and because token ids must not depend on the Unicode version of a machine.
/// </summary>
static class UnicodeData
{
    static readonly Dictionary<int, int[]> Canonical = [], Compatible = [];
    static readonly Dictionary<int, byte> Classes = [];
    static readonly Dictionary<(int First, int Second), int> Pairs = [];

    public const int HangulFirst = 0xAC00, HangulLast = 0xD7A3, LeadFirst = 0x1100, VowelFirst = 0x1161, FinalBase = 0x11A7;
    public const int Leads = 19, Vowels = 21, Finals = 28; // 28 counts the absent final

    static UnicodeData()
    {
        using var reader = new StreamReader(typeof(UnicodeData).Assembly.GetManifestResourceStream("Decompositions.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line[0] == '#') continue;
            int sign = line.AsSpan().IndexOfAny("=!~-");
            int code = Hex(line.AsSpan(0, sign));
            if (line[sign] == '-') AddClass(code, line.AsSpan(sign + 1));
            else AddMapping(code, line[sign], [.. line[(sign + 1)..].Split(' ').Select(x => Hex(x))]);
        }
        foreach (var (code, mapping) in Canonical) Compatible.TryAdd(code, mapping);
    }

    static void AddClass(int first, ReadOnlySpan<char> rest)
    {
        int colon = rest.IndexOf(':');
        for (int code = first; code <= Hex(rest[..colon]); code++) Classes.Add(code, byte.Parse(rest[(colon + 1)..], CultureInfo.InvariantCulture));
    }

    static void AddMapping(int code, char kind, int[] mapping)
    {
        (kind == '~' ? Compatible : Canonical).Add(code, mapping);
        if (kind == '=') Pairs.Add((mapping[0], mapping[1]), code);
    }

    static int Hex(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>0 for a character that begins, the canonical combining class of a mark that is put in order.</summary>
    public static byte ClassOf(int code) => Classes.GetValueOrDefault(code);

    public static bool IsHangulSyllable(int code) => code is >= HangulFirst and <= HangulLast;

    public static bool Decomposes(int code, bool compatible) => IsHangulSyllable(code) || (compatible ? Compatible : Canonical).ContainsKey(code);

    /// <summary>True when the character can be the second of a composed pair.</summary>
    public static bool ComposesBackwards(int code) => Seconds.Value.Contains(code) || code is (>= VowelFirst and < VowelFirst + Vowels) or (> FinalBase and < FinalBase + Finals);

    static readonly Lazy<HashSet<int>> Seconds = new(() => [.. Pairs.Keys.Select(pair => pair.Second)]);

    /// <summary>Appends the full decomposition.</summary>
    public static void Decompose(int code, bool compatible, List<int> output)
    {
        if (IsHangulSyllable(code)) // the arithmetic of the Unicode standard, section 3.12
        {
            int syllable = code - HangulFirst;
            output.Add(LeadFirst + syllable / (Vowels * Finals));
            output.Add(VowelFirst + syllable / Finals % Vowels);
            if (syllable % Finals != 0) output.Add(FinalBase + syllable % Finals);
        }
        else if ((compatible ? Compatible : Canonical).TryGetValue(code, out int[]? mapping))
        {
            foreach (int part in mapping) Decompose(part, compatible, output);
        }
        else
        {
            output.Add(code);
        }
    }

    /// <summary>The character that two compose to, or -1.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= LeadFirst and < LeadFirst + Leads && second is >= VowelFirst and < VowelFirst + Vowels)
            return HangulFirst + ((first - LeadFirst) * Vowels + second - VowelFirst) * Finals;
        if (IsHangulSyllable(first) && (first - HangulFirst) % Finals == 0 && second is > FinalBase and < FinalBase + Finals)
            return first + second - FinalBase;
        return Pairs.GetValueOrDefault((first, second), -1);
    }
}
