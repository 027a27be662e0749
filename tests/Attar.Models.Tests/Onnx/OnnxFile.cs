using System.Text;

namespace Attar.Models.Tests.Onnx;

/// <summary>An ONNX file read back by the rules of the wire format, apart from what wrote it.</summary>
sealed class OnnxFile
{
    public OnnxFile(byte[] file)
    {
        byte[] graph = [];
        foreach (var (field, number, bytes) in Fields(file))
        {
            if (field == 1) FormatVersion = number;
            if (field == 7) graph = bytes;
            if (field == 8) OperatorVersion = Fields(bytes).Single(f => f.Field == 2).Number;
        }
        foreach (var (field, _, bytes) in Fields(graph))
        {
            if (field == 1) Nodes.Add((Texts(bytes, 4).Single(), Texts(bytes, 1), Texts(bytes, 2)));
            if (field == 5) Tensors.Add(Texts(bytes, 8).Single(), ReadTensor(bytes));
            if (field == 11) Inputs.Add(Texts(bytes, 1).Single(), Shape(bytes));
            if (field == 12) Outputs.Add(Texts(bytes, 1).Single(), Shape(bytes));
        }
    }

    public long FormatVersion { get; }
    public long OperatorVersion { get; }
    public List<(string Operation, string[] Inputs, string[] Outputs)> Nodes { get; } = [];
    public Dictionary<string, (string Shape, byte[] Values)> Tensors { get; } = [];

    /// <summary>Element type and shape by name, such as <c>7: batch, length</c>.</summary>
    public Dictionary<string, string> Inputs { get; } = [];

    /// <inheritdoc cref="Inputs"/>
    public Dictionary<string, string> Outputs { get; } = [];

    static (string, byte[]) ReadTensor(byte[] tensor)
    {
        var fields = Fields(tensor).ToList();
        string dimensions = string.Join(", ", fields.Where(f => f.Field == 1).Select(f => f.Number));
        return ($"{fields.Single(f => f.Field == 2).Number}: {dimensions}", fields.Single(f => f.Field == 9).Bytes);
    }

    static string Shape(byte[] value)
    {
        byte[] tensor = Only(Only(value, 2), 1);
        var dimensions = Fields(Only(tensor, 2)).Select(dimension => Fields(dimension.Bytes).Single()).Select(f => f.Field == 1 ? $"{f.Number}" : Encoding.UTF8.GetString(f.Bytes));
        return $"{Fields(tensor).Single(f => f.Field == 1).Number}: {string.Join(", ", dimensions)}";
    }

    static byte[] Only(byte[] message, int field) => Fields(message).Single(f => f.Field == field).Bytes;

    static string[] Texts(byte[] message, int field) => [.. Fields(message).Where(f => f.Field == field).Select(f => Encoding.UTF8.GetString(f.Bytes))];

    static IEnumerable<(int Field, long Number, byte[] Bytes)> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            int key = (int)Varint();
            Assert.Contains(key & 7, new[] { 0, 2 });
            long number = Varint();
            if ((key & 7) == 0)
            {
                yield return (key >> 3, number, []);
                continue;
            }
            Assert.InRange(number, 0, message.Length - at);
            yield return (key >> 3, 0, message[at..(at += (int)number)]);

            long Varint()
            {
                ulong value = 0;
                for (int shift = 0; ; shift += 7)
                {
                    byte b = message[at++];
                    value |= (ulong)(b & 0x7F) << shift;
                    if (b < 0x80) return (long)value;
                }
            }
        }
    }
}
