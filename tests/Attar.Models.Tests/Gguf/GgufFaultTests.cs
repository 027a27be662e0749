using System.Buffers.Binary;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Gguf;
using Attar.Models.Tests.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Gguf;

/// <summary>Files that are cut, damaged or made to do harm are refused in one line.</summary>
public sealed class GgufFaultTests : IDisposable
{
    const ulong Endless = ulong.MaxValue / 2;

    static readonly Config tries = Config.QuickThrowOnFailure.WithMaxTest(int.Parse(Environment.GetEnvironmentVariable("ATTAR_FUZZ") ?? "500"));

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_valid_file_is_read()
    {
        using GgufFile file = Open(Small());
        Assert.Equal(["a", "b"], file.Names);
        Assert.Equal("llama", file.Metadata.Text("general.architecture"));
        byte[] values = new byte[8];
        file.Read(file["b"], 4, values);
        Assert.Equal([14, 15, 16, 17, 18, 19, 20, 21], values);
    }

    [Fact]
    public void Version_2_is_read_as_well()
    {
        using GgufFile file = Open(Small(version: 2));
        Assert.Equal([2L, 3L], file["b"].Shape);
    }

    [Theory]
    [InlineData("", "magic: expected 4 bytes at 0, the file ends at 0: it was cut short, copy it again")]
    [InlineData("50 4B 03 04 00 00 00 00", "expected GGUF in its first four bytes, the file has 504B0304: it is no GGUF file")]
    [InlineData("74 6A 67 67 03 00 00 00", "expected a GGUF file, the file has a format before it: convert the model anew with llama.cpp")]
    [InlineData("47 47 55 46 00 00 00 03", "expected little-endian numbers, the file is big-endian: convert it with gguf-py's gguf_convert_endian.py")]
    [InlineData("47 47 55 46 01 00 00 00", "version: expected 2 or 3, the file has 1: convert the model anew with llama.cpp")]
    [InlineData("47 47 55 46 04 00 00 00", "version: expected 2 or 3, the file has 4")]
    [InlineData("47 47 55 46 03 00 00 00", "number of tensors: expected 8 bytes at 8, the file ends at 8: it was cut short, copy it again")]
    public void Another_beginning_is_refused(string hex, string expected) => Refused(Convert.FromHexString(hex.Replace(" ", "")), expected);

    [Theory]
    [InlineData(8, Endless, "number of tensors: expected at most")]
    [InlineData(16, Endless, "number of metadata pairs: expected at most")]
    [InlineData(24, Endless, "key 1 of 2: expected a text of at most")]
    public void Absurd_counts_and_lengths_are_refused_before_anything_is_made_for_them(int at, ulong count, string expected)
    {
        byte[] file = Small();
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), count);
        Refused(file, expected);
    }

    [Fact]
    public void A_list_longer_than_the_file_is_refused()
    {
        byte[] file = GgufCraft.File([("list", new[] { "x" })], []);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(24 + 8 + 4 + 4 + 4), 1L << 40);
        Refused(file, "list: expected at most 1, for which the rest of the file has room, the file has 1099511627776: it was cut short or is damaged");
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(24 + 8 + 4 + 4), 9);
        Refused(file, "list: expected a list of numbers or texts, the file has one of lists");
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(24 + 8 + 4), 13);
        Refused(file, "list: expected a type of value from 0 to 12, the file has 13");
    }

    [Fact]
    public void Tensors_that_cannot_be_are_refused()
    {
        void Are(string expected, params GgufCraft.Tensor[] tensors) => Refused(GgufCraft.File([], tensors), expected);
        Are("tensor a: expected one of the types F32 (0), F16 (1)", One("a", [32], 16));
        Are("tensor a: expected 1 to 4 dimensions, the file has 5", One("a", [1, 1, 1, 1, 1], 0));
        Are("tensor a: expected 1 to 4 dimensions, the file has 0", One("a", [], 0));
        Are("tensor a: expected dimensions from 1 to 2147483647, the file has 0", One("a", [0], 0));
        Are("tensor a: expected dimensions from 1 to 2147483647, the file has 1099511627776", One("a", [1UL << 40], 0));
        Are("tensor a: expected fewer than 2⁶³ values", One("a", [1UL << 30, 1UL << 30, 1UL << 30], 0));
        Are("tensor a: expected at most", One("a", [1 << 20, 1 << 20], 0));
        Are("tensor a: expected rows of a multiple of 32 values, the blocks of Q8_0, the file has 33", One("a", [33, 2], 8));
        Are("tensor a: expected each name once, the file has it twice", One("a", [4], 0, 16), One("a", [4], 0, 16));
        Are("tensor a\uFFFDb: expected dimensions", One("a\nb", [0], 0));
    }

    static GgufCraft.Tensor One(string name, ulong[] shape, uint type, int bytes = 0) => new(name, shape, type, new byte[bytes]);

    [Theory]
    [InlineData(64UL, "tensor b: expected 24 bytes from offset 64 on, the file has 56 bytes of data: it was cut short, copy it again")]
    [InlineData(Endless - Endless % 32, "tensor b: expected 24 bytes from offset 9223372036854775776 on")]
    [InlineData(ulong.MaxValue - 31, "tensor b: expected 24 bytes from offset 18446744073709551584 on")]
    [InlineData(33UL, "tensor b: expected data at a multiple of 32 bytes, the file has offset 33")]
    [InlineData(0UL, "tensor b: expected data from offset 8 on, where the tensor before ends, the file has offset 0: they overlap")]
    public void Offsets_that_lead_elsewhere_are_refused(ulong offset, string expected)
    {
        byte[] file = Small();
        int at = file.AsSpan().LastIndexOf([.. BitConverter.GetBytes(3UL), .. BitConverter.GetBytes(2UL), .. BitConverter.GetBytes(0u)]) + 20;
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), offset);
        Refused(file, expected);
    }

    [Theory, InlineData(0u), InlineData(4u), InlineData(48u), InlineData(1u << 30)]
    public void An_alignment_that_is_no_power_of_two_is_refused(uint alignment) =>
        Refused(GgufCraft.File([("general.alignment", alignment)], []), $"general.alignment: expected a power of two from 8 to 1048576, the file has {alignment}");

    [Fact]
    public void Another_alignment_is_heard()
    {
        using GgufFile file = Open(GgufCraft.File([("general.alignment", 64u)], [One("a", [2], 0, 8), One("b", [2], 0, 8)], alignment: 64));
        Assert.Equal(64, file["b"].Position - file["a"].Position);
    }

    [Fact]
    public void A_key_twice_is_refused() => Refused(GgufCraft.File([("a", 1u), ("a", 2u)], []), "a: expected each key once, the file has it twice");

    [Fact]
    public void A_missing_file_is_told() => Assert.Contains("nowhere.gguf: expected a readable GGUF file", Assert.Throws<CheckpointException>(() => ModelStore.LoadLanguageModel(folder.File("nowhere.gguf"))).Message);

    public static TheoryData<string, object, string> Metadata => new()
    {
        { "general.type", "adapter", "general.type: expected \"model\": give the adapter's PEFT folder instead, the file has \"adapter\"" },
        { "general.architecture", "bert", "general.architecture: expected llama, smollm3, qwen2, qwen3, gemma2 or gemma3, the file has \"bert\"" },
        { "split.count", 3u, "split.count: expected 1, a whole model in one file: join the parts with llama-gguf-split --merge, the file has 3" },
        { "llama.block_count", 0u, "llama.block_count: expected a whole number from 1, the file has 0" },
        { "llama.block_count", 1u << 20, "llama.block_count: expected a whole number from 1 to 4096, the file has 1048576" },
        { "llama.block_count", 1u, "llama.block_count: expected the number of layers whose tensors the file has, which are more, the file has 1" },
        { "llama.block_count", 3u, "expected tensor model.layers.2.input_layernorm.weight of shape (32), the file lacks it among its 20" },
        { "llama.block_count", "two", "llama.block_count: expected a whole number below 2³¹, the file has \"two\"" },
        { "llama.attention.head_count", 3u, "llama.attention.key_length" },
        { "llama.attention.key_length", 1u << 30, "llama.attention.key_length: expected a whole number from 1 to 4096" },
        { "llama.rope.dimension_count", 4u, "llama.rope.dimension_count: expected 8, the size of a head, the file has 4" },
        { "llama.embedding_length", 64u, "tensor token_embd.weight: expected (vocabulary, 64), the file has F32 of shape (64, 32)" },
        { "llama.feed_forward_length", 65u, "tensor blk.0.ffn_gate.weight: expected shape (65, 32), the file has F32 of shape (64, 32)" },
        { "llama.expert_count", 8u, "llama.expert_count: expected 0: models of experts are not known, the file has 8" },
        { "llama.rope.scaling.type", "longrope", "llama.rope.scaling.type: expected none, linear or yarn, the file has \"longrope\"" },
        { "llama.rope.freq_base", float.NaN, "llama.rope.freq_base: expected a finite number, the file has nan" },
        { "tokenizer.ggml.tokens", Enumerable.Repeat("x", 65).ToArray(), "expected a row for each of the 65 tokens of tokenizer.ggml.tokens" },
    };

    [Theory, MemberData(nameof(Metadata))]
    public void A_model_that_cannot_be_computed_is_refused(string key, object value, string expected)
    {
        var (metadata, tensors) = Llama();
        metadata.RemoveAll(pair => pair.Key == key || key.EndsWith("head_count", StringComparison.Ordinal) && pair.Key.EndsWith("key_length", StringComparison.Ordinal));
        metadata.Add((key, value));
        string message = Assert.Throws<CheckpointException>(() => ModelStore.LoadLanguageModel(Write(GgufCraft.File(metadata, tensors)))).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_tensor_that_would_be_left_out_is_refused()
    {
        var (metadata, tensors) = Llama();
        tensors.Add(One("blk.0.attn_sinks.weight", [4], 0, 16));
        Assert.Contains("tensor blk.0.attn_sinks.weight: expected none but those of a plain llama", Assert.Throws<CheckpointException>(() => ModelStore.LoadLanguageModel(Write(GgufCraft.File(metadata, tensors)))).Message);
    }

    /// <summary>Some bytes changed, cut off or put in: a model or a refusal, nothing else.</summary>
    [Fact]
    public void A_damaged_file_is_a_model_or_a_refusal()
    {
        var (metadata, tensors) = Llama();
        byte[] sound = GgufCraft.File(metadata, tensors);
        int head = sound.Length - tensors.Sum(tensor => tensor.Data.Length);
        var change = from at in Gen.Choose(0, head + 63)
                     from kind in Gen.Choose(0, 9)
                     from value in Gen.Elements<byte>(0, 1, 2, 4, 8, 9, 0x7F, 0x80, 0xFF, (byte)'_')
                     select (At: at, Kind: kind, Value: value);
        var damage = from count in Gen.Choose(1, 3) from changes in Gen.ListOf(change, count) select changes;
        string path = folder.File("damaged.gguf");
        Check.One(tries, Prop.ForAll(Arb.From(damage), changes =>
        {
            List<byte> bytes = [.. sound];
            foreach (var (at, kind, value) in changes)
            {
                if (at >= bytes.Count) continue;
                if (kind == 0) bytes.RemoveRange(at, bytes.Count - at);
                else if (kind == 1) bytes.RemoveAt(at);
                else if (kind == 2) bytes.Insert(at, value);
                else bytes[at] = kind < 6 ? value : (byte)(bytes[at] ^ 1 << kind - 3 + 1);
            }
            File.WriteAllBytes(path, [.. bytes]);
            Tried<CheckpointException>(() => ModelStore.LoadLanguageModel(path).Dispose());
            Tried<InvalidDataException>(() => ModelStore.LoadTokenizer(path));
        }));
    }

    static void Tried<TFault>(Action read) where TFault : Exception
    {
        try
        {
            read();
        }
        catch (TFault fault)
        {
            Assert.DoesNotContain('\n', fault.Message);
        }
    }

    static byte[] Small(uint version = 3) => GgufCraft.File(
        [("general.architecture", "llama"), ("n", 5u)],
        [new("a", [2], GgufCraft.F32, [1, 2, 3, 4, 5, 6, 7, 8]), new("b", [3, 2], GgufCraft.F32, [.. Enumerable.Range(10, 24).Select(value => (byte)value)])], version);

    /// <summary>A whole model with a tokenizer: two layers of 32 columns, 64 tokens.</summary>
    static (List<(string Key, object Value)> Metadata, List<GgufCraft.Tensor> Tensors) Llama()
    {
        string[] tokens = [.. Enumerable.Range(0, 60).Select(i => ((char)('!' + i)).ToString()), "!!", "<|end|>", "\"#", "!!\""];
        List<(string, object)> metadata =
        [
            ("general.architecture", "llama"), ("llama.block_count", 2u), ("llama.context_length", 64u), ("llama.embedding_length", 32u), ("llama.feed_forward_length", 64u),
            ("llama.attention.head_count", 4u), ("llama.attention.head_count_kv", 2u), ("llama.attention.layer_norm_rms_epsilon", 1e-5f), ("llama.attention.key_length", 8u), ("llama.rope.freq_base", 1e4f),
            ("tokenizer.ggml.model", "gpt2"), ("tokenizer.ggml.pre", "smollm"), ("tokenizer.ggml.tokens", tokens), ("tokenizer.ggml.token_type", tokens.Select(token => token.Length > 3 ? 3 : 1).ToArray()),
            ("tokenizer.ggml.merges", new[] { "! !", "\" #", "!! \"" }), ("tokenizer.ggml.eos_token_id", 61u), ("tokenizer.ggml.bos_token_id", 61u), ("tokenizer.ggml.add_bos_token", true),
        ];
        List<GgufCraft.Tensor> tensors = [Matrix("token_embd.weight", 64, 32), Matrix("output_norm.weight", 1, 32)];
        for (int i = 0; i < 2; i++)
            tensors.AddRange([
                Matrix($"blk.{i}.attn_norm.weight", 1, 32), Matrix($"blk.{i}.attn_q.weight", 32, 32), Matrix($"blk.{i}.attn_k.weight", 16, 32), Matrix($"blk.{i}.attn_v.weight", 16, 32), Matrix($"blk.{i}.attn_output.weight", 32, 32),
                Matrix($"blk.{i}.ffn_norm.weight", 1, 32), Matrix($"blk.{i}.ffn_gate.weight", 64, 32), Matrix($"blk.{i}.ffn_up.weight", 64, 32), Matrix($"blk.{i}.ffn_down.weight", 32, 64)]);
        return (metadata, tensors);
    }

    static GgufCraft.Tensor Matrix(string name, int rows, int columns) => One(name, rows == 1 ? [(ulong)columns] : [(ulong)columns, (ulong)rows], GgufCraft.F32, 4 * rows * columns);

    string Write(byte[] content)
    {
        File.WriteAllBytes(folder.File("model.gguf"), content);
        return folder.File("model.gguf");
    }

    GgufFile Open(byte[] content) => new(Write(content));

    void Refused(byte[] content, string expected)
    {
        string message = Assert.Throws<CheckpointException>(() => Open(content).Dispose()).Message;
        Assert.StartsWith($"{folder.File("model.gguf")}: {expected}", message);
        Assert.DoesNotContain('\n', message);
    }
}
