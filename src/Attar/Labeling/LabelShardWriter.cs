using System.Buffers;
using System.Text;

namespace Attar.Labeling;

/// <summary>One shard while it grows: whole chunks of lines are appended, each with one write.</summary>
sealed class LabelShardWriter : IDisposable
{
    readonly ArrayBufferWriter<byte> chunk = new();
    readonly Stream stream;
    readonly Action seal;

    /// <param name="stream">The part file; what it holds is kept as far as it is sound.</param>
    /// <param name="lines">Whole lines behind the header that may be kept.</param>
    public LabelShardWriter(Stream stream, string header, long lines, Func<string, int, bool> isLabelOf, Action seal)
    {
        (this.stream, this.seal) = (stream, seal);
        try
        {
            long end = Keep(header, lines, isLabelOf);
            stream.SetLength(end);
            stream.Seek(end, SeekOrigin.Begin);
            if (end == 0) stream.Write(Encoding.UTF8.GetBytes(header + "\n"));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Labels in the shard.</summary>
    public int Count { get; private set; }

    public void Append(IReadOnlyCollection<string> lines)
    {
        chunk.Clear();
        foreach (string line in lines)
        {
            Encoding.UTF8.GetBytes(line, chunk);
            chunk.Write("\n"u8);
        }
        long end = stream.Position;
        try
        {
            stream.Write(chunk.WrittenSpan);
        }
        catch
        {
            stream.SetLength(end); // a disk that was full takes half a line
            throw;
        }
        Count += lines.Count;
    }

    /// <summary>Ends the shard: its bytes are on the disk before anybody is told.</summary>
    public void Seal()
    {
        if (stream is FileStream file) file.Flush(flushToDisk: true);
        stream.Dispose();
        seal();
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Where the sound lines end. A machine that lost its power may have left zeros, so every line is looked at.</summary>
    long Keep(string header, long lines, Func<string, int, bool> isLabelOf)
    {
        stream.Seek(0, SeekOrigin.Begin);
        using var reader = new StreamReader(stream, Encoding.UTF8, bufferSize: 1 << 16, leaveOpen: true);
        if (lines < 0 || reader.ReadLine() != header) return 0;
        long end = header.Length + 1;
        while (Count < lines && reader.ReadLine() is { } line && isLabelOf(line, Count))
        {
            end += Encoding.UTF8.GetByteCount(line) + 1;
            Count++;
        }
        return end;
    }
}
