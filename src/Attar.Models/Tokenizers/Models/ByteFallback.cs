using System.Text;

namespace Attar.Models.Tokenizers.Models;

/// <summary>Text that a vocabulary lacks, spelled in its byte tokens.</summary>
static class ByteFallback
{
    /// <summary>Appends a token for each byte of the characters from <paramref name="start"/> to <paramref name="end"/>; nothing when one is missing.</summary>
    /// <param name="bytes">Ids by byte, from <see cref="Vocabulary.ByteTokens"/>.</param>
    public static bool TryAdd(int[] bytes, ReadOnlySpan<char> piece, int start, int end, List<TokenSpan> tokens)
    {
        int before = tokens.Count;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in piece[start..end].EnumerateRunes())
        {
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                if (bytes[b] >= 0)
                {
                    tokens.Add(new TokenSpan(bytes[b], start, end));
                    continue;
                }
                tokens.RemoveRange(before, tokens.Count - before);
                return false;
            }
        }
        return true;
    }
}
