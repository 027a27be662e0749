using System.Text;
using System.Text.Json.Nodes;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Safetensors files made by hand, so that they can be wrong.</summary>
static class Craft
{
    public static void Write(string path, string header, byte[] data) => Write(path, Encoding.UTF8.GetBytes(header), data);

    public static void Write(string path, byte[] header, byte[] data) =>
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, .. data]);

    /// <summary>Tensors of float32 whose values rise from -1 to 1.</summary>
    public static void Floats(string path, params (string Name, int[] Shape)[] tensors)
    {
        var header = new JsonObject();
        var data = new List<byte>();
        foreach ((string name, int[] shape) in tensors)
        {
            int count = shape.Aggregate(1, (product, length) => product * length), from = data.Count;
            for (int i = 0; i < count; i++) data.AddRange(BitConverter.GetBytes(2f * i / count - 1));
            header[name] = new JsonObject { ["dtype"] = "F32", ["shape"] = new JsonArray([.. shape.Select(length => (JsonNode)length)]), ["data_offsets"] = new JsonArray(from, data.Count) };
        }
        Write(path, header.ToJsonString(), [.. data]);
    }
}
