namespace Attar.Models.Files;

/// <summary>The fields of a Protocol Buffers message, one after the other; use it in a <c>foreach</c>.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding</remarks>
ref struct ProtoFields(ReadOnlySpan<byte> message)
{
    /// <param name="value">A whole number.</param>
    /// <param name="bytes">A text, a message, or the four or eight bytes of a number of fixed size.</param>
    public readonly ref struct Field(int number, ulong value, ReadOnlySpan<byte> bytes)
    {
        public int Number { get; } = number;
        public ulong Value { get; } = value;
        public ReadOnlySpan<byte> Bytes { get; } = bytes;
    }

    ReadOnlySpan<byte> rest = message;
    Field current;

    public readonly ProtoFields GetEnumerator() => this;

    public readonly Field Current => current;

    /// <exception cref="InvalidDataException">The message is cut short or of another kind.</exception>
    public bool MoveNext()
    {
        if (rest.IsEmpty) return false;
        ulong tag = Varint();
        int number = (int)(tag >> 3);
        current = (tag & 7) switch
        {
            0 => new Field(number, Varint(), default),
            1 => new Field(number, 0, Take(8)),
            2 => new Field(number, 0, Take(Varint())),
            5 => new Field(number, 0, Take(4)),
            _ => throw new InvalidDataException($"a field of wire type {tag & 7}"),
        };
        return true;
    }

    ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length) throw new InvalidDataException($"a field of {count} bytes where {rest.Length} are left");
        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
        throw new InvalidDataException("a number of more than ten bytes");
    }
}
