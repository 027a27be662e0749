using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Normalizers;

/// <summary>
/// SentencePiece's compiled character map: a double-array trie from UTF-8 to positions in a text of replacements, each ended by a zero
/// byte (https://github.com/google/sentencepiece/blob/master/src/normalizer.h, https://github.com/s-yata/darts-clone).
/// </summary>
/// <remarks>As in Hugging Face's library: whole graphemes of up to five bytes are looked up first, then single characters, and the shortest prefix that the trie knows decides.</remarks>
sealed class Precompiled : Rewriter
{
    readonly uint[] units;
    readonly byte[] replacements;

    /// <param name="map">Size of the trie in bytes (four bytes, little-endian), the trie, the replacements.</param>
    /// <exception cref="InvalidDataException">The map is cut short.</exception>
    public Precompiled(ReadOnlySpan<byte> map)
    {
        uint size = map.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(map) : uint.MaxValue;
        if (size > map.Length - 4 || size % 4 != 0) throw new InvalidDataException($"precompiled_charsmap: expected a trie and its replacements, got {map.Length} bytes");
        units = new uint[size / 4];
        for (int i = 0; i < units.Length; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(map[(4 + 4 * i)..]);
        replacements = map[(4 + (int)size)..].ToArray();
    }

    protected override bool Leaves(ReadOnlySpan<char> piece) => units.Length == 0;

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        for (int from = 0; from < piece.Length;)
        {
            ReadOnlySpan<char> grapheme = piece.Slice(from, StringInfo.GetNextTextElementLength(piece[from..]));
            if (Encoding.UTF8.GetByteCount(grapheme) >= 6 || !TryReplace(grapheme, output))
            {
                for (int i = 0; i < grapheme.Length;)
                {
                    int length = char.IsHighSurrogate(grapheme[i]) ? 2 : 1;
                    if (!TryReplace(grapheme.Slice(i, length), output)) output.Keep(length);
                    i += length;
                }
            }
            from += grapheme.Length;
        }
    }

    bool TryReplace(ReadOnlySpan<char> part, TextPieces output)
    {
        Span<byte> utf8 = stackalloc byte[8];
        int replacement = Find(utf8[..Encoding.UTF8.GetBytes(part, utf8)]);
        if (replacement < 0) return false;
        int end = replacement;
        while (end < replacements.Length && replacements[end] != 0) end++;
        Write(part, Encoding.UTF8.GetString(replacements.AsSpan(replacement, end - replacement)), output);
        return true;
    }

    // one character for one, as far as both go
    static void Write(ReadOnlySpan<char> part, string text, TextPieces output)
    {
        int left = CountRunes(part);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (left-- > 0) output.Replace(rune);
            else output.Insert(rune);
        }
        for (; left > 0; left--) output.Skip();
    }

    static int CountRunes(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    /// <summary>Where the replacement of the shortest known prefix of <paramref name="key"/> begins, or -1.</summary>
    int Find(ReadOnlySpan<byte> key)
    {
        uint node = Offset(units[0]);
        foreach (byte b in key)
        {
            if (b == 0) break;
            node ^= b;
            if (node >= units.Length || (units[node] & 0x800000FF) != b) return -1;
            uint unit = units[node];
            node ^= Offset(unit);
            if ((unit & 0x100) != 0 && node < units.Length && (units[node] & 0x7FFFFFFF) < replacements.Length) return (int)(units[node] & 0x7FFFFFFF);
        }
        return -1;
    }

    static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
