using System.Runtime.InteropServices;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tests.Onnx;

public sealed class EncoderOnnxTests : IDisposable
{
    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, "drill", ",", "##s"]);

    readonly TemporaryFolder folder = new();

    [Fact]
    public void The_file_takes_what_BERT_takes_and_gives_logits()
    {
        OnnxFile file = Write(new EncoderConfig(14, 8, 2, 2, 12, 16, Labels: 3));
        Assert.Equal(["input_ids=7: batch, length", "attention_mask=7: batch, length", "token_type_ids=7: batch, length"], file.Inputs.Select(input => $"{input.Key}={input.Value}"));
        Assert.Equal("logits=1: batch, 3", Assert.Single(file.Outputs.Select(output => $"{output.Key}={output.Value}")));
        Assert.Equal((7, 12), (file.FormatVersion, file.OperatorVersion));
    }

    [Fact]
    public void Every_weight_is_there_with_its_shape()
    {
        OnnxFile file = Write(new EncoderConfig(14, 8, 2, 2, 12, 16, Labels: 3));
        string Shape(string tensor) => file.Tensors[tensor].Shape;
        Assert.Equal("1: 14, 8", Shape("bert.embeddings.word_embeddings.weight"));
        Assert.Equal("1: 3, 8", Shape("bert.embeddings.overlap_embeddings.weight"));
        Assert.Equal("1: 8, 12", Shape("bert.encoder.layer.0.intermediate.dense.weight")); // (in, out)
        Assert.Equal("1: 8, 8", Shape("bert.encoder.layer.0.attention.self.key.weight"));
        Assert.Equal("1: 2, 4, 8", Shape("bert.encoder.layer.1.attention.self.key.weight")); // the last layer's, by head
        Assert.Equal("1: 2, 8, 4", Shape("bert.encoder.layer.1.attention.self.value.weight"));
        Assert.Equal("1: 8, 3", Shape("classifier.weight"));
        Assert.Equal("1: 3", Shape("classifier.bias"));
        Assert.All(file.Tensors.Values, tensor => Assert.Equal(Bytes(tensor.Shape), tensor.Values.Length));

        static long Bytes(string shape) => (shape[0] == '7' ? 8 : 4) * shape[2..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Aggregate(1L, (all, length) => all * long.Parse(length));
    }

    [Fact]
    public void Only_words_have_keys_for_the_overlap_marks()
    {
        OnnxFile file = Write(new EncoderConfig(14, 8, 1, 2, 12, 16)); // two rows more than the tokenizer has tokens
        int drill = Tokenizer.IdOf("drill"), comma = Tokenizer.IdOf(","), s = Tokenizer.IdOf("##s");
        int[] expected = new int[14];
        (expected[drill], expected[s]) = (drill + 1, s + 1);
        Assert.Equal(expected, MemoryMarshal.Cast<byte, int>(file.Tensors["overlap.keys"].Values).ToArray());
        Assert.Equal(0, expected[comma]);
    }

    [Theory, InlineData(1, OverlapMarks.Exact), InlineData(2, OverlapMarks.Graded), InlineData(3, OverlapMarks.None)]
    public void Nodes_stand_in_order_and_every_value_has_one_origin(int layers, OverlapMarks overlap)
    {
        OnnxFile file = Write(new EncoderConfig(14, 8, layers, 2, 12, 16, Overlap: overlap));
        var known = new HashSet<string>([.. file.Inputs.Keys, .. file.Tensors.Keys]);
        foreach (var (operation, inputs, outputs) in file.Nodes)
        {
            Assert.All(inputs, input => Assert.True(known.Contains(input), $"{operation}: no {input}"));
            Assert.All(outputs, output => Assert.True(known.Add(output), $"{output} is made twice"));
        }
        var used = file.Nodes.SelectMany(node => node.Inputs).Concat(file.Outputs.Keys).ToHashSet();
        Assert.All(known, value => Assert.Contains(value, used));
        Assert.Equal(overlap == OverlapMarks.Exact, used.Contains("overlap.marks"));
        Assert.Equal(overlap == OverlapMarks.Graded, used.Contains("overlap.graded.marks"));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var config = new EncoderConfig(14, 8, 2, 2, 12, 16);
        Write(config);
        byte[] first = File.ReadAllBytes(folder.File(OnnxModel.FileName));
        Write(config);
        Assert.Equal(first, File.ReadAllBytes(folder.File(OnnxModel.FileName)));
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    OnnxFile Write(EncoderConfig config)
    {
        using var model = new Encoder(config);
        model.Parameters.Initialize(1);
        OnnxModel.Write(model, new FieldPairText(Tokenizer, marks: config.Overlap), folder.File(OnnxModel.FileName));
        return new OnnxFile(File.ReadAllBytes(folder.File(OnnxModel.FileName)));
    }

    public void Dispose() => folder.Dispose();
}
