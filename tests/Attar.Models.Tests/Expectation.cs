using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Attar.Models.Tests;

/// <summary>What another library made of the same pairs: <c>expected.json</c> and <c>logits.npy</c> of a folder.</summary>
static class Expectation
{
    public static JsonNode Of(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!;

    public static JsonArray PairsOf(string folder) => Of(folder)["pairs"]!.AsArray();

    public static T[] Numbers<T>(JsonNode list) => [.. list.AsArray().Select(number => number!.GetValue<T>())];

    /// <summary>logits.npy: float32 in C order. Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</summary>
    public static float[] LogitsIn(string folder)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "logits.npy"));
        int header = 10 + BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        return MemoryMarshal.Cast<byte, float>(bytes.AsSpan(header)).ToArray();
    }

    public static void Near(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
