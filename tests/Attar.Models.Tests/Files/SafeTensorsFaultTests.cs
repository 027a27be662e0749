using System.Text;
using Attar.Models.Files;
using Attar.Models.Tests.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Files;

public sealed class SafeTensorsFaultTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Opens a file and returns the fault, which must be one line that starts with the file's path.</summary>
    static string FaultOf(string path, Action<SafeTensorsFile>? use = null)
    {
        var fault = Assert.Throws<CheckpointException>(() =>
        {
            using var file = SafeTensorsFile.Open(path);
            use?.Invoke(file);
        });
        Assert.DoesNotContain('\n', fault.Message);
        Assert.Contains("expected", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        return fault.Message[path.Length..];
    }

    [Theory]
    [InlineData("""[]""", "a JSON object, the file has array")]
    [InlineData("""{"a":""", "JSON with each name once")]
    [InlineData("", "JSON with each name once")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "each name once")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}""", "each name once")]
    [InlineData("""{"a":7}""", "tensor a: expected an object")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "tensor a: expected dtype, the file has none")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", "tensor a: dtype")]
    [InlineData("""{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", "tensor a: dtype")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "tensor a: expected data_offsets, the file has none")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "tensor a: shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", "tensor a: shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "tensor a: shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "tensor a: data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "tensor a: data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}""", "tensor a: data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "expected 12 bytes for F32 of shape (3), the file has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "the file has 8 in data_offsets")] // 2^66 bytes are not 0 bytes
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "they overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "expected 4 bytes of data, the file has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "expected 12 bytes of data, the file has 8: it was cut short")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":{"x":1}}""", "__metadata__: expected an object of strings")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"__metadata__":3}""", "__metadata__: expected an object of strings")]
    public void A_wrong_header_is_refused_with_its_fault(string header, string expected)
    {
        string path = folder.File("x.safetensors");
        Craft.Write(path, header, new byte[8]);
        Assert.Contains(expected, FaultOf(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        string path = folder.File("x.safetensors");
        byte[] header = Encoding.UTF8.GetBytes("""{"a?":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
        header[3] = 0xff;
        Craft.Write(path, header, new byte[8]);
        Assert.Contains("header", FaultOf(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(17)]
    public void An_absurd_header_length_is_refused(long length)
    {
        string path = folder.File("x.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(length), .. new byte[16]]);
        Assert.Contains("header of at most 16 bytes", FaultOf(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        string path = folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, [new("a", [3], new float[] { 1, 2, 3 }), new("b", [2], new float[] { 4, 5 })]);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            FaultOf(path);
        }
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_read_or_refused_and_never_crashes()
    {
        string path = folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, [new("a", [3], new float[] { 1, 2, 3 }), new("b", [2], new float[] { 4, 5 })]);
        byte[] whole = File.ReadAllBytes(path);
        int refused = 0;
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, whole.Length - 1).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(), (at, change) =>
        {
            byte[] changed = [.. whole];
            changed[at] ^= (byte)change;
            File.WriteAllBytes(path, changed);
            try
            {
                using var file = SafeTensorsFile.Open(path);
                foreach (string name in file.Names)
                    if (file.DType(name) == "F32") file.Read(name, new float[file.Shape(name).Aggregate(1L, (a, b) => a * b)]);
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }));
        Assert.True(refused > 10);
    }

    [Fact]
    public void What_is_asked_must_be_what_the_file_has()
    {
        string path = folder.File("x.safetensors");
        Craft.Write(path, """{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}""",
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
        float[] two = new float[2];
        Assert.Equal(": tensor a: expected shape (2, 1), the file has (1, 2)", FaultOf(path, file => file.Read("a", two, 2, 1)));
        Assert.Equal(": tensor a: expected 3 values, the file has 2 in shape (1, 2)", FaultOf(path, file => file.Read("a", new float[3])));
        Assert.Equal(": tensor n: expected F32, F16 or BF16, the file has I64", FaultOf(path, file => file.Read("n", new float[1])));
        Assert.Equal(": tensor a: expected I32 or I64, the file has F32", FaultOf(path, file => file.ReadInt32("a")));
        Assert.Equal(": tensor n: expected integers of 32 bits, the file has 4294967296", FaultOf(path, file => file.ReadInt32("n")));
        Assert.Equal(": expected tensor c, the file lacks it among its 2", FaultOf(path, file => file.Shape("c")));
    }

    [Fact]
    public void A_file_cut_while_open_is_a_fault_not_a_crash()
    {
        string path = folder.File("x.safetensors");
        SafeTensorsWriter.Write(path, [new("a", [3], new float[] { 1, 2, 3 })]);
        Assert.Contains("cut while in use", FaultOf(path, file =>
        {
            using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) stream.SetLength(stream.Length - 4);
            file.Read("a", new float[3]);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_an_empty_folder_are_told()
    {
        FaultOf(folder.File("none.safetensors"));
        Assert.Contains("the folder has neither", FaultOf(folder.Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"s.safetensors","b":"s.safetensors"}}""", "s.safetensors", "expected tensor b")]
    [InlineData("""{"weight_map":{"a":"gone.safetensors"}}""", "gone.safetensors", "readable safetensors file")]
    [InlineData("""{"weight_map":{"a":"s.safetensors","b":"t.safetensors"}}""", "t.safetensors", "each name once")]
    [InlineData("""{"weight_map":{"a":"../s.safetensors"}}""", "model.safetensors.index.json", "name of a file beside it")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "model.safetensors.index.json", "name of a file beside it")]
    [InlineData("""{"weight_map":{"a":null}}""", "model.safetensors.index.json", "name of a file beside it")]
    [InlineData("""{"weight_map":{}}""", "model.safetensors.index.json", "weight_map")]
    [InlineData("""{"weight_map":[]}""", "model.safetensors.index.json", "weight_map")]
    [InlineData("""[]""", "model.safetensors.index.json", "weight_map")]
    [InlineData("""{}""", "model.safetensors.index.json", "weight_map")]
    [InlineData("""{"weight""", "model.safetensors.index.json", "weight_map")]
    public void A_wrong_index_of_shards_is_refused(string index, string file, string expected)
    {
        SafeTensorsWriter.Write(folder.File("s.safetensors"), [new("a", [1], new float[] { 1 })]);
        SafeTensorsWriter.Write(folder.File("t.safetensors"), [new("a", [1], new float[] { 1 }), new("b", [1], new float[] { 1 })]);
        File.WriteAllText(folder.File("model.safetensors.index.json"), index);
        var fault = Assert.Throws<CheckpointException>(() => SafeTensorsFile.Open(folder.Path));
        Assert.StartsWith(folder.File(file), fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
