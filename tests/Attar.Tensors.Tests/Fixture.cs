using System.Runtime.InteropServices;
using System.Text.Json;

namespace Attar.Tensors.Tests;

/// <summary>The reference numbers of a fixture file: a safetensors file of F32 and I32 tensors, read whole and trusted.</summary>
sealed class Fixture
{
    readonly byte[] bytes;
    readonly int dataStart;
    readonly Dictionary<string, JsonElement> header;

    /// <param name="file">A name within the <c>Fixtures</c> folder.</param>
    public Fixture(string file)
    {
        bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", file));
        dataStart = 8 + (int)BitConverter.ToInt64(bytes, 0);
        header = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(bytes.AsSpan(8, dataStart - 8))!;
    }

    public IEnumerable<string> Names => header.Keys;

    /// <summary>The cases of one operation: <c>linear</c> gives <c>linear_5x7</c> and its siblings, not <c>linear_without_bias_5x7</c>.</summary>
    public IEnumerable<string> CasesOf(string operation) => Names
        .Where(name => name.EndsWith(".output.y", StringComparison.Ordinal))
        .Select(name => name[..name.IndexOf('.')])
        .Where(name => name == operation
            || (name.StartsWith(operation + "_", StringComparison.Ordinal) && char.IsAsciiDigit(name[operation.Length + 1])));

    public bool Has(string name) => header.ContainsKey(name);
    public int[] Shape(string name) => header[name].GetProperty("shape").Deserialize<int[]>()!;
    public float[] Floats(string name) => Read<float>(name, "F32");
    public int[] Ints(string name) => Read<int>(name, "I32");

    T[] Read<T>(string name, string dtype) where T : struct
    {
        var entry = header[name];
        Assert.Equal(dtype, entry.GetProperty("dtype").GetString());
        int[] range = entry.GetProperty("data_offsets").Deserialize<int[]>()!;
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(dataStart + range[0], range[1] - range[0])).ToArray();
    }
}
