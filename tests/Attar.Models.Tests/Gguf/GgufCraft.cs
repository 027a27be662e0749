using System.Text;

namespace Attar.Models.Tests.Gguf;

/// <summary>GGUF files made by hand, so that they can be wrong. Values: uint, int, ulong, float, bool, string, and arrays of them.</summary>
static class GgufCraft
{
    public const uint F32 = 0, F16 = 1, Q8_0 = 8;

    /// <param name="Shape">Innermost length first, as in the file.</param>
    public sealed record Tensor(string Name, ulong[] Shape, uint Type, byte[] Data);

    public static byte[] File(IEnumerable<(string Key, object Value)> metadata, IReadOnlyList<Tensor> tensors, uint version = 3, int alignment = 32)
    {
        (string Key, object Value)[] pairs = [.. metadata];
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)pairs.Length);
        foreach (var (key, value) in pairs)
        {
            Text(writer, key);
            writer.Write(TypeOf(value));
            Value(writer, value);
        }
        ulong offset = 0;
        foreach (Tensor tensor in tensors)
        {
            Text(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (ulong length in tensor.Shape) writer.Write(length);
            writer.Write(tensor.Type);
            writer.Write(offset);
            offset += (ulong)Padded(tensor.Data.Length, alignment);
        }
        foreach (byte[] data in tensors.Select(tensor => tensor.Data).Where(data => data.Length > 0))
        {
            while (stream.Length % alignment != 0) writer.Write((byte)0);
            writer.Write(data);
        }
        return stream.ToArray();
    }

    static int Padded(int length, int alignment) => (length + alignment - 1) / alignment * alignment;

    static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    static uint TypeOf(object value) => value switch { uint => 4, int => 5, float => 6, bool => 7, string => 8, ulong => 10, _ => 9 };

    static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            case string text: Text(writer, text); break;
            case Array list:
                writer.Write(list.Length == 0 ? 4 : TypeOf(list.GetValue(0)!));
                writer.Write((ulong)list.Length);
                foreach (object item in list) Value(writer, item);
                break;
        }
    }
}
