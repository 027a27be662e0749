using System.Buffers;
using System.Text;

namespace Attar.Data.Reading;

/// <summary>How a text file is written, found out from its bytes: a byte-order mark, zeros between ASCII letters, or whether it is valid UTF-8.</summary>
/// <param name="MarkBytes">Length of the byte-order mark.</param>
sealed record TextEncoding(string Name, Encoding Encoding, int MarkBytes = 0)
{
    public static readonly TextEncoding Utf8 = new("UTF-8", new UTF8Encoding(false));

    public bool IsUtf8 => Encoding is UTF8Encoding;

    /// <returns>Null, and a fault, of a file that is UTF-8 but for a few damaged bytes.</returns>
    public static TextEncoding? Of(string path, Func<Stream> open, FaultList faults)
    {
        using Stream stream = open();
        byte[] buffer = new byte[1 << 20];
        int kept = 0;
        long valid = 0, invalid = 0, line = 1, firstInvalid = 0;
        for (bool first = true; ; first = false)
        {
            int read = stream.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false), length = kept + read;
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, length);
            if (first && OfBeginning(bytes) is { } found) return found;
            bool last = read == 0 || length < buffer.Length;
            int cut = last ? length : Math.Max(bytes.LastIndexOf((byte)'\n') + 1, 0);
            if (cut == 0 && !last) cut = length - 4; // a line longer than the buffer: at most a character is split
            ReadOnlySpan<byte> whole = bytes[..cut];
            if (!Ascii.IsValid(whole)) Count(whole);
            line += whole.Count((byte)'\n');
            bytes[cut..].CopyTo(buffer);
            kept = length - cut;
            if (last) break;
        }
        if (invalid == 0) return Utf8;
        if (invalid > valid) return new TextEncoding("Latin-1 (Windows-1252)", CodePagesEncodingProvider.Instance.GetEncoding(1252)!);
        faults.Add($"{path}:{firstInvalid}", $"invalid UTF-8{(invalid > 1 ? $", here and in {invalid - 1:N0} places more," : "")} in a file that is UTF-8 otherwise; expected UTF-8 throughout; convert the file, for example with iconv");
        return null;

        void Count(ReadOnlySpan<byte> whole)
        {
            if (Utf8IsValid(whole) && invalid == 0)
            {
                foreach (byte value in whole) valid += value >= 0xC0 ? 1 : 0;
                return;
            }
            long at = line;
            while (whole.Length > 0)
            {
                int ascii = whole.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
                if (ascii < 0) break;
                at += whole[..ascii].Count((byte)'\n');
                whole = whole[ascii..];
                if (Rune.DecodeFromUtf8(whole, out _, out int used) == OperationStatus.Done) valid++;
                else if (invalid++ == 0) firstInvalid = at;
                whole = whole[used..];
            }
        }
    }

    static bool Utf8IsValid(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    static TextEncoding? OfBeginning(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return Utf8 with { MarkBytes = 3 };
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return new("UTF-16", Encoding.Unicode, 2);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return new("UTF-16, big endian", Encoding.BigEndianUnicode, 2);
        ReadOnlySpan<byte> head = bytes[..Math.Min(bytes.Length, 1024)];
        int even = 0, odd = 0;
        for (int i = 0; i < head.Length; i++)
            if (head[i] == 0)
            {
                if (i % 2 == 0) even++;
                else odd++;
            }
        if (odd > head.Length / 4 && even == 0) return new("UTF-16", Encoding.Unicode);
        if (even > head.Length / 4 && odd == 0) return new("UTF-16, big endian", Encoding.BigEndianUnicode);
        return null;
    }
}
