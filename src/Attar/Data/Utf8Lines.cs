using System.Text.Unicode;

namespace Attar.Data;

/// <summary>
/// Reads a UTF-8 file line by line as bytes, in one pass and little memory. A missing or empty file and invalid UTF-8 become
/// faults, and of the workspace's own files a last line without a line break, for then the file was cut; only sound lines are handed out.
/// </summary>
public sealed class Utf8Lines : IDisposable
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    readonly string path;
    readonly Stream? stream;
    readonly FaultList faults;
    readonly bool checkUtf8, foreign;
    byte[] buffer = new byte[1 << 16];
    int start, end;

    /// <param name="foreign">Whether another program wrote it: then the last line may lack its line break, as RFC 4180 and POSIX tools allow.</param>
    /// <param name="checkUtf8">False for a file in another encoding that is only to be seen whole.</param>
    public Utf8Lines(string path, FaultList faults, bool checkUtf8 = true, bool foreign = false)
        : this(path, File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) : null, faults, checkUtf8, foreign) { }

    /// <summary>Of a foreign file's text that somebody opened.</summary>
    public Utf8Lines(string path, Stream text, FaultList faults) : this(path, text, faults, checkUtf8: true, foreign: true) { }

    Utf8Lines(string path, Stream? stream, FaultList faults, bool checkUtf8, bool foreign) => (this.path, this.stream, this.faults, this.checkUtf8, this.foreign) = (path, stream, faults, checkUtf8, foreign);

    /// <summary>The number of the line last read, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The line last read, as <c>file:line</c>.</summary>
    public string Where => $"{path}:{Number}";

    /// <summary>Whether any line so far, or the file itself, was not sound.</summary>
    public bool Faulty { get; private set; }

    /// <summary>The next sound line without its line break, valid until the next call; false at the end of the file.</summary>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        while (Take(out line, out bool ended))
        {
            Number++;
            if (Number == 1 && line.StartsWith(ByteOrderMark)) line = line[ByteOrderMark.Length..];
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (!ended && !foreign) Refuse(Where, "the last line has no line break, so the file may be cut; expected a complete last line; make the file again, or end the line if nothing is missing");
            else if (checkUtf8 && !Utf8.IsValid(line)) Refuse(Where, $"invalid UTF-8 after {ValidPrefix(line)} bytes; expected UTF-8 text; convert the file, for example with iconv");
            else return true;
        }
        if (stream is null) Refuse(path, "no such file; expected a readable file; check the path, or run the stage that writes it");
        else if (Number == 0) Refuse(path, "the file is empty; expected at least one line; make the file again");
        return false;
    }

    public void Dispose() => stream?.Dispose();

    void Refuse(string where, string message)
    {
        faults.Add(where, message);
        Faulty = true;
    }

    bool Take(out ReadOnlySpan<byte> line, out bool ended)
    {
        int scanned = 0; // bytes known to hold no line break, so that long lines are not scanned again
        while (true)
        {
            int length = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            ended = length >= 0;
            if (ended)
            {
                line = buffer.AsSpan(start, scanned + length);
                start += scanned + length + 1;
                return true;
            }
            scanned = end - start;
            if (Fill()) continue;
            line = buffer.AsSpan(start, scanned);
            start = end;
            return scanned > 0;
        }
    }

    bool Fill()
    {
        byte[] target = end - start > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        Buffer.BlockCopy(buffer, start, target, 0, end - start);
        (buffer, start, end) = (target, 0, end - start);
        int read = stream?.Read(buffer, end, buffer.Length - end) ?? 0;
        end += read;
        return read > 0;
    }

    static int ValidPrefix(ReadOnlySpan<byte> line)
    {
        int valid = 0;
        while (System.Text.Rune.DecodeFromUtf8(line[valid..], out _, out int used) == System.Buffers.OperationStatus.Done) valid += used;
        return valid;
    }
}
