using System.Runtime.InteropServices;
using System.Text;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers.Steps;

/// <summary>
/// The text on its way to tokens: rewritten and cut by one step after the other. Remembers, when asked to, which characters of the
/// original each character came from. Pairs of surrogates are never torn; a lone one becomes U+FFFD at the start.
/// </summary>
/// <remarks>For one thread at a time; its memory is used again for the next text.</remarks>
sealed class TextPieces
{
    char[] text = new char[512], written = new char[512];
    TextRange[] origins = [], writtenOrigins = []; // by character; empty unless tracked
    int length, writtenLength;
    List<Piece> pieces = [], cut = [];
    bool tracked;
    int cursor; // the next character to be replaced, kept or skipped
    Piece open;
    int openedAt;

    public ReadOnlySpan<Piece> Pieces => CollectionsMarshal.AsSpan(pieces);

    public int Capacity => text.Length;

    public ReadOnlySpan<char> Of(Piece piece) => text.AsSpan(piece.Start, piece.End - piece.Start);

    /// <summary>A character of the working text.</summary>
    public char this[int position] => text[position];

    /// <summary>The original characters that the characters from <paramref name="start"/> to <paramref name="end"/> stand for; only when tracked.</summary>
    public TextRange OriginOf(int start, int end) => start < end ? new(origins[start].Start, origins[end - 1].End) : default;

    /// <param name="track">Whether <see cref="OriginOf"/> will be asked.</param>
    public void Reset(ReadOnlySpan<char> source, bool track)
    {
        length = source.Length;
        tracked = track;
        if (text.Length < length) text = new char[length * 2];
        source.CopyTo(text);
        ReplaceLoneSurrogates(text.AsSpan(0, length));
        if (track) TrackOrigins();
        pieces.Clear();
        if (length > 0) pieces.Add(new Piece(0, length));
    }

    static void ReplaceLoneSurrogates(Span<char> text)
    {
        for (int i = text.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else text[i] = '\uFFFD';
        }
    }

    void TrackOrigins()
    {
        if (origins.Length < text.Length) origins = new TextRange[text.Length];
        for (int i = 0; i < length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]);
            origins[i] = new TextRange(i, i + (pair ? 2 : 1));
            if (pair) origins[i + 1] = origins[i++];
        }
    }

    public void BeginCut() => cut.Clear();

    /// <summary>Adds a piece; an empty one is left out.</summary>
    public void Cut(int start, int end, int token = -1)
    {
        if (start < end) cut.Add(new Piece(start, end, token));
    }

    public void EndCut() => (pieces, cut) = (cut, pieces);

    public void BeginRewrite()
    {
        cut.Clear();
        writtenLength = 0;
    }

    public void EndRewrite()
    {
        (pieces, cut) = (cut, pieces);
        (text, written) = (written, text);
        (origins, writtenOrigins) = (writtenOrigins, origins);
        length = writtenLength;
    }

    /// <summary>What is written from now on takes this piece's place.</summary>
    public void Open(Piece piece) => (open, cursor, openedAt) = (piece, piece.Start, writtenLength);

    public void Close() => Cut(openedAt, writtenLength, open.Token);

    /// <summary>Writes a character in place of the next one.</summary>
    public void Replace(char c) => Append(c, cursor++);

    /// <summary>Writes a character in place of the next one.</summary>
    public void Replace(Rune rune)
    {
        AppendRune(rune, cursor);
        Skip();
    }

    /// <summary>Writes a character that comes from the one before.</summary>
    public void Insert(char c) => Append(c, Math.Max(cursor - 1, open.Start));

    /// <summary>Writes a character that comes from the one before.</summary>
    public void Insert(Rune rune) => AppendRune(rune, Math.Max(cursor - 1, open.Start));

    /// <summary>Writes a character that comes from the next one.</summary>
    public void Prepend(char c) => Append(c, cursor);

    /// <summary>Writes a text in place of the next <paramref name="count"/> units; all of it comes from the last of them.</summary>
    public void Replace(int count, string content)
    {
        cursor += count;
        foreach (char c in content) Insert(c);
    }

    /// <summary>Leaves out the next character.</summary>
    public void Skip() => cursor += cursor + 1 < open.End && char.IsHighSurrogate(text[cursor]) ? 2 : 1;

    /// <summary>Writes the next <paramref name="count"/> UTF-16 units as they are.</summary>
    public void Keep(int count)
    {
        Reserve(count);
        text.AsSpan(cursor, count).CopyTo(written.AsSpan(writtenLength));
        if (tracked) origins.AsSpan(cursor, count).CopyTo(writtenOrigins.AsSpan(writtenLength));
        writtenLength += count;
        cursor += count;
    }

    void AppendRune(Rune rune, int source)
    {
        if (rune.IsBmp)
        {
            Append((char)rune.Value, source);
            return;
        }
        Span<char> units = stackalloc char[2];
        rune.EncodeToUtf16(units);
        Append(units[0], source);
        Append(units[1], source);
    }

    void Append(char c, int source)
    {
        if (writtenLength == written.Length || tracked) Reserve(1);
        written[writtenLength] = c;
        if (tracked) writtenOrigins[writtenLength] = origins[source];
        writtenLength++;
    }

    void Reserve(int more)
    {
        if (written.Length < writtenLength + more) Array.Resize(ref written, Math.Max(written.Length * 2, writtenLength + more));
        if (tracked && writtenOrigins.Length < written.Length) Array.Resize(ref writtenOrigins, written.Length);
    }
}
