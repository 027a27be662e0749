using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Onnx;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Onnx;

/// <summary>Encoders that PyTorch exported, against what PyTorch computes with them (Fixtures/onnx/generate.py).</summary>
public sealed class OnnxFolderTests : IDisposable
{
    static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "onnx");

    readonly TemporaryFolder folder = new();

    [Theory, InlineData("bert"), InlineData("distilbert"), InlineData("electra")]
    public void An_encoder_gives_the_rows_that_PyTorch_gives(string name)
    {
        using PairModel model = ModelStore.LoadWithNewHead(Converted(name), 1, seed: 1);
        Compare(name, "last_hidden_state", (tape, batch) => ((Encoder)model).Hidden(tape, batch));
    }

    [Theory, InlineData("bert-whole", 1), InlineData("roberta", 2)]
    public void A_reranker_keeps_its_head(string name, int labels)
    {
        using PairModel model = ModelStore.Load(Converted(name));
        Assert.Equal(labels, model.Labels);
        Compare(name, "logits", model.Logits);
    }

    [Fact]
    public void The_configuration_is_read_from_the_graph()
    {
        JsonObject config = ModelFolder.Open(Converted("bert")).Config;
        Assert.Equal(
            ("bert", 20, 8, 2, 2, 12, 16, 2, "gelu", 1e-12),
            ((string?)config["model_type"], (int)config["vocab_size"]!, (int)config["hidden_size"]!, (int)config["num_hidden_layers"]!, (int)config["num_attention_heads"]!, (int)config["intermediate_size"]!,
                (int)config["max_position_embeddings"]!, (int)config["type_vocab_size"]!, (string?)config["hidden_act"], (double)config["layer_norm_eps"]!));
        Assert.Equal("relu", (string?)ModelFolder.Open(Converted("distilbert")).Config["activation"]);
        Assert.Equal("roberta", (string?)ModelFolder.Open(Converted("roberta")).Config["model_type"]);
    }

    [Fact]
    public void A_configuration_beside_the_file_is_kept()
    {
        Lay("bert");
        File.WriteAllText(folder.File("config.json"), """{"model_type":"bert","vocab_size":20,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":12,"max_position_embeddings":16,"mine":"kept"}""");
        OnnxFolder.Convert(folder.File("model.onnx"), folder.File("model"));
        JsonObject config = ModelFolder.Open(folder.File("model")).Config;
        Assert.Equal((4, "kept"), ((int)config["num_attention_heads"]!, (string?)config["mine"]));
    }

    [Fact]
    public void A_relative_of_RoBERTa_is_known_by_the_configuration_beside_the_file()
    {
        JsonObject config = ModelFolder.Open(Converted("roberta")).Config;
        config["model_type"] = "camembert";
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        using PairModel model = ModelStore.Load(Converted("roberta"));
        Assert.Equal("camembert", (string?)ModelFolder.Open(folder.File("roberta")).Config["model_type"]);
        Compare("roberta", "logits", model.Logits);
    }

    [Fact]
    public void Optimum_s_folder_has_the_tokenizer_above_the_file()
    {
        Lay("bert");
        Directory.CreateDirectory(folder.File("onnx"));
        File.Move(folder.File("model.onnx"), folder.File("onnx/model.onnx"));
        OnnxFolder.Convert(folder.File("onnx/model.onnx"), folder.File("model"));
        Assert.True(File.Exists(folder.File("model/tokenizer.json")));
    }

    [Fact]
    public void A_file_without_a_tokenizer_is_refused_and_nothing_is_written()
    {
        File.Copy(Path.Combine(Fixtures, "bert.onnx"), folder.File("model.onnx"));
        var fault = Assert.Throws<InvalidDataException>(() => OnnxFolder.Convert(folder.File("model.onnx"), folder.File("model")));
        Assert.Contains("tokenizer beside it: tokenizer.json or vocab.txt", fault.Message);
        Assert.False(Directory.Exists(folder.File("model")));
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused()
    {
        Lay("bert");
        File.AppendAllText(folder.File("vocab.txt"), "one\nmore\n");
        Assert.Contains("at most the 20 tokens", Assert.Throws<InvalidDataException>(() => OnnxFolder.Convert(folder.File("model.onnx"), folder.File("model"))).Message);
        Assert.False(Directory.Exists(folder.File("model")));
    }

    [Fact]
    public void A_graph_of_another_kind_is_refused_by_what_was_found()
    {
        Lay("bert");
        string Refusal() => Assert.Throws<CheckpointException>(() => OnnxFolder.Convert(folder.File("model.onnx"), folder.File("model"))).Message;
        var exported = new EncoderConfig(20, 64, 1, 2, 64, 16, Overlap: OverlapMarks.None);
        using (var own = new Encoder(exported)) OnnxModel.Write(own, new FieldPairText(new WordPieceTokenizer([.. SpecialTokens.All, "drill"])), folder.File("model.onnx"), Precision.Int8);
        Assert.Contains("found weights in 8 bits", Refusal());
        File.WriteAllText(folder.File("model.onnx"), "not a model at all");
        Assert.Contains("expected a model in ONNX's format", Refusal());
        File.WriteAllBytes(folder.File("model.onnx"), []);
        Assert.Contains("the file has no operations", Refusal());
    }

    /// <summary>Whatever is broken, one line says so; nothing hangs and nothing half-written is left.</summary>
    [Fact]
    public void Damaged_files_are_refused_in_one_line()
    {
        Lay("bert");
        byte[] whole = File.ReadAllBytes(folder.File("model.onnx"));
        var random = new Random(5);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = whole[..(i % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (int flips = random.Next(1, 4); flips > 0 && damaged.Length > 0; flips--) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(folder.File("model.onnx"), damaged);
            if (Record.Exception(() => OnnxFolder.Convert(folder.File("model.onnx"), folder.File("model"))) is not { } fault) continue; // a weight that is another number
            Assert.True(fault is CheckpointException or InvalidDataException, $"{i}: {fault}");
            Assert.DoesNotContain('\n', fault.Message);
        }
    }

    string Converted(string name)
    {
        Lay(name);
        OnnxFolder.Convert(folder.File("model.onnx"), folder.File(name));
        return folder.File(name);
    }

    /// <summary>The file and a vocabulary of its twenty tokens, as a download has them.</summary>
    void Lay(string name)
    {
        File.Copy(Path.Combine(Fixtures, name + ".onnx"), folder.File("model.onnx"), overwrite: true);
        File.WriteAllLines(folder.File("vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, 15).Select(i => $"word{i}")]);
    }

    static void Compare(string name, string output, Func<Tape, PackedBatch, Variable> compute)
    {
        using var expected = SafeTensorsFile.Open(Path.Combine(Fixtures, name + ".safetensors"));
        byte[] types = [.. expected.ReadInt32("input.types").Select(type => (byte)type)];
        PackedBatch batch = PackedBatch.Of([new TokenPair(expected.ReadInt32("input.ids"), types, new byte[types.Length])]);
        using var kernels = new CpuKernels(1);
        using var arena = new Arena();
        float[] found = compute(new Tape(kernels, arena, training: false), batch).Value.Span.ToArray(), wanted = new float[found.Length];
        expected.Read(output, wanted);
        float largest = wanted.Max(MathF.Abs);
        Assert.All(found.Zip(wanted), pair => Assert.True(MathF.Abs(pair.First - pair.Second) <= 1e-5f * largest, $"{pair.First} for {pair.Second}"));
    }

    public void Dispose() => folder.Dispose();
}
