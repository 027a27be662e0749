using System.IO.Compression;
using System.Text;

namespace Attar.Data.Reading;

/// <summary>A file that another program made, with what its beginning shows: nothing is known of it but its path.</summary>
sealed class ForeignFile
{
    const int HeadBytes = 1 << 16;

    ForeignFile(string path, TextEncoding encoding) => (Path, Encoding) = (path, encoding);

    public string Path { get; }

    /// <summary>How its text is written; null of a file that is not text.</summary>
    public TextEncoding Encoding { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The first bytes as they are.</summary>
    public byte[] Head { get; private init; } = [];

    /// <summary>The first lines, whole ones where there is more than one.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The first lines of <see cref="Text"/> that are not blank.</summary>
    public IEnumerable<string> Lines => Text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);

    /// <returns>Null, and a fault, where there is no file to read.</returns>
    public static ForeignFile? Open(string path, FaultList faults)
    {
        if (!File.Exists(path))
        {
            faults.Add(path, Directory.Exists(path) ? "a folder; expected a file; name the files in it" : "no such file; expected a readable file; check the path");
            return null;
        }
        byte[] head = new byte[HeadBytes];
        using (Stream stream = OpenBytes(path)) head = head[..stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
        if (head.AsSpan().StartsWith("PAR1"u8)) return new(path, TextEncoding.Utf8) { Head = head };
        if (head.AsSpan().StartsWith("PK\u0003\u0004"u8)) faults.Add(path, "a workbook or a zip archive; expected text or Parquet; save it as CSV, or unpack it");
        else if (head.Length == 0 || head.All(value => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')) faults.Add(path, "the file is empty; expected at least one line; make the file again");
        else if (TextEncoding.Of(path, () => OpenBytes(path), faults) is { } encoding)
        {
            var file = new ForeignFile(path, encoding) { Head = head };
            using var reader = new StreamReader(file.OpenText());
            char[] text = new char[HeadBytes];
            int length = reader.ReadBlock(text);
            int last = length == text.Length ? Array.LastIndexOf(text, '\n', length - 1) : -1;
            file.Text = new string(text, 0, last > 0 ? last + 1 : length);
            return file;
        }
        return null;
    }

    /// <summary>The text as UTF-8 without a byte-order mark, whatever it is written in.</summary>
    public Stream OpenText()
    {
        Stream stream = OpenBytes(Path);
        for (int skipped = 0; skipped < Encoding.MarkBytes; skipped++) stream.ReadByte();
        return Encoding.IsUtf8 ? stream : System.Text.Encoding.CreateTranscodingStream(stream, Encoding.Encoding, new UTF8Encoding(false));
    }

    static Stream OpenBytes(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        bool packed = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        return packed ? new BufferedStream(new GZipStream(stream, CompressionMode.Decompress), 1 << 16) : stream;
    }
}
