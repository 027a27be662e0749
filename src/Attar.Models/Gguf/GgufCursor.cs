using System.Buffers.Binary;
using System.Text;
using Attar.Models.Files;

namespace Attar.Models.Gguf;

/// <summary>Reads the head of a GGUF file from its beginning on. Whatever a length or a count says, nothing is allocated for more than the file still has.</summary>
sealed class GgufCursor(PositionalFile file)
{
    const int MostItems = 1 << 24; // a hundred times the largest vocabulary

    readonly byte[] buffer = new byte[1 << 16];
    long bufferStart;
    int buffered;

    public long Position { get; private set; }

    public long Remaining => file.Length - Position;

    /// <param name="what">That is read, for messages.</param>
    public uint UInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Next(4, what));

    public ulong UInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Next(8, what));

    /// <summary>How many of something follow, each of so many bytes at least.</summary>
    /// <exception cref="CheckpointException">when the rest of the file cannot hold them.</exception>
    public int Count(int smallest, string what)
    {
        ulong count = UInt64(what);
        long most = Math.Min(Remaining / smallest, MostItems);
        return count <= (ulong)most ? (int)count : throw Fault($"{what}: expected at most {most}, for which the rest of the file has room, the file has {count}: it was cut short or is damaged");
    }

    /// <summary>A text: its length in bytes, then UTF-8.</summary>
    public string Text(string what)
    {
        ulong length = UInt64(what);
        if (length > (ulong)Math.Min(Remaining, int.MaxValue / 2))
            throw Fault($"{what}: expected a text of at most {Remaining} bytes, the rest of the file, the file has one of {length}: it was cut short or is damaged");
        if (length <= (ulong)buffer.Length) return Encoding.UTF8.GetString(Next((int)length, what));
        return Encoding.UTF8.GetString(Bytes((int)length));
    }

    /// <summary>So many bytes, which are known to be there.</summary>
    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        file.Read(Position, bytes);
        Position += count;
        return bytes;
    }

    public ReadOnlySpan<byte> Next(int count, string what)
    {
        if (count > Remaining) throw Fault($"{what}: expected {count} bytes at {Position}, the file ends at {file.Length}: it was cut short, copy it again");
        if (Position < bufferStart || Position + count > bufferStart + buffered)
        {
            buffered = (int)Math.Min(buffer.Length, Remaining);
            file.Read(Position, buffer.AsSpan(0, buffered));
            bufferStart = Position;
        }
        ReadOnlySpan<byte> bytes = buffer.AsSpan((int)(Position - bufferStart), count);
        Position += count;
        return bytes;
    }

    public CheckpointException Fault(string message) => new($"{file.Path}: {message}");

    /// <summary>A name of the file as a message can show it: on one line, and not endless.</summary>
    public static string Shown(string name)
    {
        string line = string.Concat(name.Take(80).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '\uFFFD' : c));
        return name.Length > 80 ? line + "..." : line;
    }
}
