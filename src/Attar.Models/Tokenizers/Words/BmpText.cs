using System.Buffers;
using System.Globalization;
using System.Text;

namespace Attar.Models.Tokenizers.Words;

/// <summary>
/// A text with one UTF-16 unit for every character, for .NET's regular expressions see units: a character beyond U+FFFF is stood in for
/// by a rare one of the same category, so that <c>\p{L}</c> finds 𝒜 and <c>[^\p{L}]</c> finds 🙂.
/// </summary>
ref struct BmpText
{
    readonly char[] units;
    readonly int[]? positions; // by unit; null where units and characters are the same
    readonly int length;

    public BmpText(ReadOnlySpan<char> text)
    {
        units = ArrayPool<char>.Shared.Rent(text.Length);
        length = text.Length;
        text.CopyTo(units);
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0) return;

        positions = new int[text.Length + 1];
        length = 0;
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            positions[length] = position;
            units[length++] = rune.IsBmp ? (char)rune.Value : WordCharacters.IsEnclosedLetter(rune) ? '\u24B6' : StandIn(Rune.GetUnicodeCategory(rune));
            position += rune.Utf16SequenceLength;
        }
        positions[length] = position;
    }

    public readonly ReadOnlySpan<char> Span => units.AsSpan(0, length);

    /// <summary>Position in the given text.</summary>
    public readonly int PositionOf(int unit) => positions is null ? unit : positions[unit];

    public readonly void Dispose() => ArrayPool<char>.Shared.Return(units);

    /// <summary>A character of the category, of a script that no pattern is likely to name.</summary>
    public static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u2C2F', // Glagolitic
        UnicodeCategory.LowercaseLetter => '\u2C5F',
        UnicodeCategory.TitlecaseLetter => '\u1FFC',
        UnicodeCategory.ModifierLetter => '\uA71F',
        UnicodeCategory.OtherLetter => '\uA015', // Yi
        UnicodeCategory.NonSpacingMark => '\uA806', // Syloti Nagri
        UnicodeCategory.SpacingCombiningMark => '\uA823',
        UnicodeCategory.EnclosingMark => '\uA672',
        UnicodeCategory.DecimalDigitNumber => '\uA620', // Vai
        UnicodeCategory.LetterNumber => '\uA6E6', // Bamum
        UnicodeCategory.OtherNumber => '\uA830',
        UnicodeCategory.ConnectorPunctuation => '\uFE33',
        UnicodeCategory.DashPunctuation => '\u1400',
        UnicodeCategory.OpenPunctuation => '\u2768',
        UnicodeCategory.ClosePunctuation => '\u2769',
        UnicodeCategory.InitialQuotePunctuation => '\u2E02',
        UnicodeCategory.FinalQuotePunctuation => '\u2E03',
        UnicodeCategory.OtherPunctuation => '\uA874', // Phags-pa
        UnicodeCategory.MathSymbol => '\u29BF',
        UnicodeCategory.CurrencySymbol => '\uA838',
        UnicodeCategory.ModifierSymbol => '\uA700',
        UnicodeCategory.OtherSymbol => '\uA490', // Yi radical
        UnicodeCategory.Format => '\uFFF9',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\uFFF0', // unassigned
    };
}
