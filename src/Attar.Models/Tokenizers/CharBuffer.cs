using System.Buffers;
using System.Text;

namespace Attar.Models.Tokenizers;

/// <summary>A growing run of characters in pooled memory, reused from word to word.</summary>
ref struct CharBuffer
{
    char[] chars = ArrayPool<char>.Shared.Rent(256);

    public CharBuffer() { }

    public int Length { get; set; }

    public readonly Span<char> Span => chars.AsSpan(0, Length);

    public void Append(char c)
    {
        if (Length == chars.Length) Grow();
        chars[Length++] = c;
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        foreach (char c in text) Append(c);
    }

    public void Append(Rune rune)
    {
        Span<char> units = stackalloc char[2];
        Append(units[..rune.EncodeToUtf16(units)]);
    }

    public readonly void Dispose() => ArrayPool<char>.Shared.Return(chars);

    void Grow()
    {
        char[] larger = ArrayPool<char>.Shared.Rent(chars.Length * 2);
        chars.CopyTo(larger, 0);
        ArrayPool<char>.Shared.Return(chars);
        chars = larger;
    }
}
