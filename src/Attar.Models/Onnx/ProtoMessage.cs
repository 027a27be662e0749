using System.Text;

namespace Attar.Models.Onnx;

/// <summary>One message of the protobuf wire format, put together field by field; large fields are written to the file from where they lie.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding: a field is a varint of its number and wire type, then a varint (type 0), or a length and so many bytes (type 2).</remarks>
sealed class ProtoMessage
{
    const int Varint = 0, Delimited = 2;

    readonly List<Action<Stream>> parts = [];

    /// <summary>Bytes of the message.</summary>
    public long Length { get; private set; }

    public ProtoMessage Add(int field, long value) => Key(field, Varint).Number((ulong)value);

    public ProtoMessage Add(int field, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Add(field, bytes.Length, stream => stream.Write(bytes));
    }

    /// <param name="message">Complete; what is added to it afterwards is not counted.</param>
    public ProtoMessage Add(int field, ProtoMessage message) => Add(field, message.Length, message.WriteTo);

    /// <param name="write">Writes <paramref name="length"/> bytes.</param>
    public ProtoMessage Add(int field, long length, Action<Stream> write) => Key(field, Delimited).Number((ulong)length).Append(length, write);

    public void WriteTo(Stream stream)
    {
        foreach (Action<Stream> part in parts) part(stream);
    }

    ProtoMessage Key(int field, int type) => Number((ulong)(field << 3 | type));

    /// <summary>Seven bits a byte, the lowest first; the top bit says that more follow.</summary>
    ProtoMessage Number(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return Append(bytes.Count, stream => stream.Write([.. bytes]));
    }

    ProtoMessage Append(long length, Action<Stream> write)
    {
        Length += length;
        parts.Add(write);
        return this;
    }
}
