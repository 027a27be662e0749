using System.Text;
using Attar.Models.Files;
using Attar.Models.Tests.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Files;

public sealed class SafeTensorsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again()
    {
        string path = folder.File("model.safetensors");
        SafeTensorsWriter.Write(path, [new("b", [2, 3], new float[] { 1, -2, 3, 4, 5, float.MaxValue }), new("a", [], new float[] { 0.5f })]);

        using var file = SafeTensorsFile.Open(folder.Path);
        Assert.Equal(["a", "b"], file.Names);
        Assert.Equal([2L, 3L], file.Shape("b"));
        Assert.Empty(file.Shape("a"));
        Assert.Equal("F32", file.DType("a"));
        Assert.Equal("pt", file.Metadata["format"]);
        float[] values = new float[6];
        file.Read("b", values, 2, 3);
        Assert.Equal([1, -2, 3, 4, 5, float.MaxValue], values);
        Assert.True(file.Contains("a"));
        Assert.False(file.Contains("c"));
    }

    [Fact]
    public void The_bytes_are_those_of_the_specification()
    {
        string path = folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, [new("w", [1], new float[] { 1 })], new Dictionary<string, string> { ["step"] = "7" });
        string header = """{"__metadata__":{"format":"pt","step":"7"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        byte[] expected = [(byte)header.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header), 0, 0, 0x80, 0x3f];
        Assert.Equal(expected, File.ReadAllBytes(path));
        Assert.Equal(0, (expected.Length - 4) % 8);
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal("7", file.Metadata["step"]);
    }

    [Fact]
    public void Any_tensors_survive_a_round_trip_in_any_order_with_equal_bytes()
    {
        var tensors = Gen.ListOf(Gen.Choose(0, 6).ListOf()
            .Where(shape => shape.Count < 4)
            .Select(shape => shape.Select(length => (long)length).ToArray())).Where(list => list.Count < 6).ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(tensors, ArbMap.Default.ArbFor<int>(), (shapes, seed) =>
        {
            var random = new Random(seed);
            NamedTensor[] written = [.. shapes.Select((shape, at) => new NamedTensor($"layer.{at}.\"ü\"\n",
                shape, Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f).ToArray()))];
            string first = folder.File("first.safetensors"), second = folder.File("second.safetensors");
            SafeTensorsWriter.Write(first, written);
            SafeTensorsWriter.Write(second, written.Reverse());
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));

            using var file = SafeTensorsFile.Open(first);
            Assert.Equal(written.Length, file.Names.Count);
            foreach (var tensor in written)
            {
                float[] values = new float[tensor.Count];
                file.Read(tensor.Name, values, tensor.Shape);
                Assert.Equal(tensor.Values().ToArray(), values);
                Assert.Equal(tensor.Shape, file.Shape(tensor.Name));
            }
        }));
    }

    [Fact]
    public void Every_half_and_every_bfloat16_is_widened_exactly()
    {
        byte[] data = new byte[2 * 65536];
        for (int bits = 0; bits < 65536; bits++) BitConverter.TryWriteBytes(data.AsSpan(2 * bits), (ushort)bits);
        string path = folder.File("halves.safetensors");
        Craft.Write(path, """{"half":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]},"brain":{"dtype":"BF16","shape":[256,256],"data_offsets":[131072,262144]}}""", [.. data, .. data]);

        using var file = SafeTensorsFile.Open(path);
        float[] half = new float[65536], brain = new float[65536];
        file.Read("half", half);
        file.Read("brain", brain, 256, 256);
        for (int bits = 0; bits < 65536; bits++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)bits), half[bits]);
            Assert.Equal(bits << 16, BitConverter.SingleToInt32Bits(brain[bits]));
        }
        Assert.Equal(1, half[0x3c00]);
        Assert.Equal(float.PositiveInfinity, half[0x7c00]);
        Assert.Equal(1, brain[0x3f80]);
        Assert.Equal(-2, brain[0xc000]);
    }

    [Fact]
    public void Integers_of_both_widths_are_read()
    {
        string path = folder.File("integers.safetensors");
        Craft.Write(path, """{"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[2],"data_offsets":[8,24]}}""",
            [1, 0, 0, 0, 255, 255, 255, 255, 2, 0, 0, 0, 0, 0, 0, 0, 254, 255, 255, 255, 255, 255, 255, 255]);
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal([1, -1], file.ReadInt32("a"));
        Assert.Equal([2, -2], file.ReadInt32("b"));
    }

    [Fact]
    public void Shards_are_read_as_one()
    {
        SafeTensorsWriter.Write(folder.File("model-00001-of-00002.safetensors"), [new("a", [1], new float[] { 1 })]);
        SafeTensorsWriter.Write(folder.File("model-00002-of-00002.safetensors"), [new("b", [2], new float[] { 2, 3 })]);
        File.WriteAllText(folder.File("model.safetensors.index.json"),
            """{"metadata":{"total_size":12},"weight_map":{"b":"model-00002-of-00002.safetensors","a":"model-00001-of-00002.safetensors"}}""");
        foreach (string path in new[] { folder.Path, folder.File("model.safetensors.index.json") })
        {
            using var file = SafeTensorsFile.Open(path);
            Assert.Equal(["a", "b"], file.Names);
            float[] values = new float[2];
            file.Read("b", values);
            Assert.Equal([2, 3], values);
        }
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_other()
    {
        string path = folder.File("model.safetensors");
        SafeTensorsWriter.Write(path, [new("a", [1], new float[] { 1 })]);
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(path, [new("a", [1], new float[] { 1 }), new("a", [1], new float[] { 2 })]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(path, [new("a", [1], new float[] { 1 }), new("b", [3], new float[] { 2 })]));
        Assert.Throws<IOException>(() => SafeTensorsWriter.Write(path, [new("a", [1], new float[] { 1 }), new("b", [1], () => throw new IOException("the disk is full"))]));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("encoder.safetensors", "bert.encoder.layer.0.attention.self.query.weight", "input.ids", 32)]
    [InlineData("decoder.safetensors", "model.layers.1.mlp.down_proj.weight", "input.ids", 32)]
    public void The_fixtures_of_the_models_can_be_read(string name, string weight, string integers, int count)
    {
        using var file = SafeTensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));
        Assert.Equal(count, file.ReadInt32(integers).Length);
        Assert.Equal(file.Shape(weight), file.Shape("grad." + weight));
        float[] losses = new float[20], loss = new float[1];
        file.Read("step20.losses", losses, 20);
        file.Read("output.loss", loss);
        Assert.Equal(loss[0], losses[0]);
        Assert.True(losses[19] < losses[0]);
    }
}
