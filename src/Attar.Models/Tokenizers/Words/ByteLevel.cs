using System.Text;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>
/// Each byte of the UTF-8 text becomes one printable character, so that a vocabulary of characters can spell any bytes: a space is Ġ,
/// é is Ã©. (GPT-2, encoder.py: printable Latin-1 stays, the others follow from U+0100 on.)
/// </summary>
sealed class ByteLevel : Rewriter
{
    static readonly char[] CharOfByte = Alphabet();
    static readonly Dictionary<char, byte> ByteOfChar = CharOfByte.Select((c, b) => (c, b)).ToDictionary(x => x.c, x => (byte)x.b);

    protected override bool Leaves(ReadOnlySpan<char> piece) => !piece.ContainsAnyExceptInRange('!', '~');

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < piece.Length; i++)
        {
            if (piece[i] < 0x80)
            {
                output.Replace(CharOfByte[piece[i]]);
                continue;
            }
            Rune.DecodeFromUtf16(piece[i..], out Rune rune, out int units);
            int count = rune.EncodeToUtf8(bytes);
            output.Skip();
            foreach (byte b in bytes[..count]) output.Insert(CharOfByte[b]);
            i += units - 1;
        }
    }

    /// <summary>The bytes that a token spells; false when it has a character that stands for none.</summary>
    public static bool TryDecode(string token, List<byte> bytes)
    {
        int before = bytes.Count;
        foreach (char c in token)
        {
            if (!ByteOfChar.TryGetValue(c, out byte b))
            {
                bytes.RemoveRange(before, bytes.Count - before);
                return false;
            }
            bytes.Add(b);
        }
        return true;
    }

    static char[] Alphabet()
    {
        var alphabet = new char[256];
        char next = '\u0100';
        for (int b = 0; b < 256; b++)
            alphabet[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)b : next++;
        return alphabet;
    }
}

/// <summary>A space before text that does not begin with one, so that the first word is the word it is elsewhere.</summary>
sealed class PrefixSpace : Rewriter
{
    protected override bool Leaves(ReadOnlySpan<char> piece) => piece[0] == ' ';

    protected override void Rewrite(ReadOnlySpan<char> piece, TextPieces output)
    {
        output.Prepend(' ');
        output.Keep(piece.Length);
    }
}
