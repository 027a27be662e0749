using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Scoring;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Tensors.Kernels.Cpu;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tokenizer = Attar.Models.Tokenizers.Tokenizer;

namespace Attar.Peers.Tests.OnnxRuntime;

/// <summary>What a model card says: a folder with marks has its ONNX file where other tools look, and with what tokenizer.json makes of two texts it gives Attar's scores.</summary>
public sealed class MarkedStudentTests : IDisposable
{
    static readonly (string Query, string Product)[] pairs =
        [("cordless drill", "18 V drill driver with two batteries"), ("drills", "cordless drill bits"), ("", "drill"), ("acme", "bits of another kind"), ("red drill", "Red Drill, acme's own")];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ONNX_Runtime_gives_Attar_s_scores()
    {
        var words = new WordPieceTokenizer([.. SpecialTokens.All, "drill", "cord", "##less", "red", "acme", "bit", "##s", "driver", "with", "two", "18", "v", "own", "kind", "of", ",", "'"]);
        using (var model = new Encoder(new EncoderConfig(words.VocabularySize, 16, 2, 2, 24, 64, Overlap: OverlapMarks.Graded)))
        {
            model.Parameters.Initialize(5, .4f);
            words.Save(folder.Path);
            ModelStore.Save(model, folder.Path);
            OnnxModel.Write(model, ModelText.Of(model, words), folder.File(OnnxModel.FileName));
        }
        Assert.False(File.Exists(folder.File("model.safetensors")));

        using PairModel student = ModelStore.Load(folder.Path);
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(student, kernels, frozen: true);
        Tokenizer tokenizer = Tokenizer.Load(folder.Path);
        PairText text = ModelText.Of(student, tokenizer);
        float[] own = scorer.Scores([.. pairs.Select(pair => text.Encode(pair.Query, [new("", pair.Product)]))]);
        using var session = new InferenceSession(folder.File("onnx/model.onnx"));
        Assert.Equal(own.Length, own.Distinct().Count());
        for (int i = 0; i < pairs.Length; i++) Assert.Equal(own[i], Run(session, tokenizer.Tokenize(pairs[i].Query, pairs[i].Product)), 1e-4f);
    }

    static float Run(InferenceSession session, TokenizedText tokens)
    {
        NamedOnnxValue Input(string name, IEnumerable<long> values) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values.ToArray(), [1, tokens.Length]));
        using var results = session.Run([Input("input_ids", tokens.Ids.Select(id => (long)id)), Input("attention_mask", tokens.Ids.Select(_ => 1L)), Input("token_type_ids", tokens.Segments.Select(segment => (long)segment))]);
        return results.Single().AsTensor<float>().Single();
    }
}
