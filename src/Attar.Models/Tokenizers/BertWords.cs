using System.Globalization;
using System.Text;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Splits text into words as BERT does before WordPiece: control characters dropped, ideographs and punctuation each a word of
/// their own, accents stripped, lower-cased. Use it in a <c>foreach</c>; a word is valid until the next one.
/// </summary>
/// <remarks>Hugging Face's <c>BertNormalizer</c> and <c>BertPreTokenizer</c> in one pass.</remarks>
ref struct BertWords(ReadOnlySpan<char> text, bool lowercase, bool stripAccents)
{
    readonly ReadOnlySpan<char> text = text;
    int position;
    CharBuffer word = new();

    public readonly BertWords GetEnumerator() => this;

    public readonly ReadOnlySpan<char> Current => word.Span;

    public readonly void Dispose() => word.Dispose();

    public bool MoveNext()
    {
        word.Length = 0;
        while (position < text.Length)
        {
            Rune.DecodeFromUtf16(text[position..], out Rune rune, out int units);
            if (IsSpace(rune))
            {
                position += units;
                if (word.Length > 0) return true;
            }
            else if (IsDropped(rune))
            {
                position += units;
            }
            else
            {
                int before = word.Length;
                AppendFolded(rune);
                if (word.Length > before && StandsAlone(rune, word.Span[before..]))
                {
                    if (before > 0)
                    {
                        word.Length = before; // it ends this word, and is read again as the next one
                        return true;
                    }
                    position += units;
                    return true;
                }
                position += units;
            }
        }
        return word.Length > 0;
    }

    void AppendFolded(Rune rune)
    {
        int before = word.Length;
        if (stripAccents) Accents.AppendStripped(rune, ref word);
        else word.Append(rune);
        if (!lowercase) return;
        Span<char> added = word.Span[before..];
        if (added.Length == 2 && Rune.TryCreate(added[0], added[1], out Rune pair)) Rune.ToLowerInvariant(pair).EncodeToUtf16(added);
        else foreach (ref char c in added) c = char.ToLowerInvariant(c);
    }

    static bool IsSpace(Rune rune) => rune.Value is ' ' or '\t' or '\n' or '\r' || (!rune.IsAscii && rune.Value != 0x85 && Rune.IsWhiteSpace(rune));

    // A lone surrogate is decoded as U+FFFD and dropped with it.
    static bool IsDropped(Rune rune) => rune.IsAscii
        ? rune.Value is < ' ' or 0x7F
        : rune.Value == 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;

    /// <param name="folded">What the character became: ≠ is a word of its own because it folds to =.</param>
    static bool StandsAlone(Rune rune, ReadOnlySpan<char> folded)
    {
        if (IsIdeograph(rune.Value)) return true;
        Rune.DecodeFromUtf16(folded, out Rune first, out _);
        return first.IsAscii
            ? !char.IsAsciiLetterOrDigit((char)first.Value) // spaces and controls are gone: the rest of ASCII is punctuation
            : Rune.IsPunctuation(first);
    }

    static bool IsIdeograph(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}
