using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Attar.Models.Files;
using Attar.Tensors;

namespace Attar.Models.Onnx.Reading;

/// <summary>A constant of an ONNX file.</summary>
/// <param name="Type">TensorProto's data type: 1 float32, 2 and 3 bytes, 7 int64, 10 float16, 16 bfloat16.</param>
/// <param name="Bytes">Its values, little-endian; read when asked for, for they may lie in another file.</param>
sealed record OnnxTensor(string File, string Name, long[] Shape, int Type, Func<ReadOnlyMemory<byte>> Bytes)
{
    const int Float32 = 1, UnsignedByte = 2, SignedByte = 3, Int64 = 7, Float16 = 10, BFloat16 = 16;

    public bool IsFloat => Type is Float32 or Float16 or BFloat16;
    public bool IsEightBits => Type is UnsignedByte or SignedByte;
    public bool IsMatrix => IsFloat && Shape.Length == 2;
    public bool IsVector => IsFloat && Shape.Length == 1;

    public long Count => Shape.Aggregate(1L, (product, length) => checked(product * length));

    /// <exception cref="CheckpointException">when there are not as many values as the shape says.</exception>
    public float[] Floats()
    {
        ReadOnlySpan<byte> bytes = Checked(Type == Float32 ? sizeof(float) : sizeof(ushort));
        float[] values = new float[Count];
        if (Type == Float32) MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
        else if (Type == Float16) TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
        else BFloatWords.Widen(MemoryMarshal.Cast<byte, ushort>(bytes), values);
        return values;
    }

    /// <summary>Whole numbers; none where it holds others.</summary>
    public long[] Wholes()
    {
        if (Type != Int64) return [];
        ReadOnlySpan<byte> bytes = Checked(sizeof(long));
        long[] values = new long[Count];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(sizeof(long) * i)..]);
        return values;
    }

    ReadOnlySpan<byte> Checked(int size) => Bytes() is var bytes && bytes.Length == checked(Count * size)
        ? bytes.Span
        : throw new CheckpointException($"{File}: tensor {Name}: expected {Count * size:n0} bytes for shape ({string.Join(", ", Shape)}), the file has {bytes.Length:n0}");
}
