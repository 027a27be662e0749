using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Attar.Models.Encoders;
using Attar.Models.Layers;
using Attar.Models.Onnx;
using Attar.Models.Scoring;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Tensors;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Onnx;

/// <summary>
/// The written file in ONNX Runtime against Attar itself. Needs node and its package onnxruntime-node in ATTAR_NODE_MODULES, NODE_PATH or
/// PEERS_DIR/node_modules; skipped elsewhere.
/// </summary>
public sealed class OnnxRuntimeTests : IDisposable
{
    const int Pairs = 1000, Batch = 37, Vocabulary = 60;

    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, ",", "##.", .. Enumerable.Range(0, Vocabulary - SpecialTokens.All.Count - 2).Select(i => (i % 3 == 0 ? "##" : "") + "drill"[(i % 4)..] + "setbit"[..(i % 5)] + i % 7 + i / 9)]);

    static FieldPairText TextOf(PairModel model) => new(Tokenizer, 80, marks: model.Overlap);

    readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(3, OverlapMarks.None, 1)]
    [InlineData(3, OverlapMarks.Exact, 1)]
    [InlineData(3, OverlapMarks.Graded, 1)]
    [InlineData(1, OverlapMarks.Exact, 4)]
    [InlineData(1, OverlapMarks.Graded, 4)]
    public void Scores_in_ONNX_Runtime_are_Attars_whatever_the_padding(int layers, OverlapMarks overlap, int labels)
    {
        using var model = new Encoder(new EncoderConfig(Vocabulary, 32, layers, 4, 64, 80, Labels: labels, Overlap: overlap));
        Check(model);
    }

    public static TheoryData<string> Relatives => [.. relatives.Keys];

    static readonly Dictionary<string, Func<PairModel>> relatives = new()
    {
        ["roberta"] = () => new Encoder(new EncoderConfig(Vocabulary, 32, 3, 4, 64, 80, Segments: 1, Overlap: OverlapMarks.None, Epsilon: 1e-5f, Family: EncoderFamily.Roberta, FirstPosition: 2)),
        ["distilbert"] = () => new Encoder(new EncoderConfig(Vocabulary, 32, 3, 4, 64, 80, Segments: 0, Overlap: OverlapMarks.None, Family: EncoderFamily.DistilBert)),
        ["electra"] = () => new Encoder(new EncoderConfig(Vocabulary, 32, 3, 4, 64, 80, Overlap: OverlapMarks.None, Family: EncoderFamily.Electra, EmbeddingSize: 12)),
        ["bert of another activation"] = () => new Encoder(new EncoderConfig(Vocabulary, 32, 2, 4, 64, 80, Activation: Activation.GeluTanh)),
        ["modernbert"] = () => new ModernBert(new ModernBertConfig(Vocabulary, 32, 3, 4, 48, 80, [0, 5, 5], GlobalTheta: 900, LocalTheta: 100)),
        ["modernbert with biases"] = () => new ModernBert(new ModernBertConfig(Vocabulary, 32, 3, 4, 48, 80, [0, 7, 0], NormBias: true, AttentionBias: true, MlpBias: true, HeadBias: true, Overlap: OverlapMarks.Exact)),
        ["modernbert of the mean"] = () => new ModernBert(new ModernBertConfig(Vocabulary, 32, 2, 4, 48, 80, [4, 0], MeanPooling: true, Activation: Activation.Silu)),
    };

    [Theory, MemberData(nameof(Relatives))]
    public void So_are_those_of_BERTs_relatives(string name)
    {
        using PairModel model = relatives[name]();
        Check(model);
    }

    /// <summary>Attar finds a range of activations for each token, ONNX Runtime one for the batch: a wider range is a coarser step, so the two differ by what 8 bits cost.</summary>
    [Theory, InlineData("bert"), InlineData("modernbert")]
    public void In_8_bits_they_differ_by_what_8_bits_cost(string name)
    {
        using PairModel model = name == "bert" ? new Encoder(new EncoderConfig(Vocabulary, 64, 3, 4, 128, 80)) : new ModernBert(new ModernBertConfig(Vocabulary, 64, 3, 4, 96, 80, [0, 5, 5]));
        (float[] found, float[] ours) = Scores(model, Precision.Int8);
        float[] exact = Exact(model);
        float spread = exact.Max() - exact.Min(), apart = Largest(found, ours), theirs = Largest(found, exact), own = Largest(ours, exact);
        Assert.True(apart > 1e-4, "the file is not in 8 bits");
        Assert.True(apart <= .1 * spread, $"scores over {spread}: {apart} apart, {theirs} from float32 in ONNX Runtime and {own} here");
    }

    void Check(PairModel model)
    {
        (float[] found, float[] expected) = Scores(model, Precision.Float32);
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++) Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-4, $"logit {i}: expected {expected[i]}, ONNX Runtime says {found[i]}");
        Assert.True(expected.Max() - expected.Min() > .1, "scores that hardly differ would hide a fault");
    }

    /// <summary>Of a thousand pairs, in ONNX Runtime and here.</summary>
    (float[] Found, float[] Expected) Scores(PairModel model, Precision precision)
    {
        Shake(model);
        OnnxModel.Write(model, TextOf(model), folder.File(OnnxModel.FileName), precision);
        if (precision == Precision.Int8) RoundWords(model);
        return ([.. InOnnxRuntime(RandomPairs(TextOf(model))).SelectMany(logits => logits)], Here(model, precision));
    }

    /// <summary>As the file has them: 8 bits, the largest magnitude of each row 127.</summary>
    static void RoundWords(PairModel model)
    {
        Tensor words = model.Parameters.All.Single(parameter => parameter.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal) || parameter.Name.EndsWith("tok_embeddings.weight", StringComparison.Ordinal)).Value;
        for (int row = 0; row < words.Rows; row++)
        {
            float scale = Math.Abs(System.Numerics.Tensors.TensorPrimitives.MaxMagnitude(words.Row(row))) / 127;
            foreach (ref float value in words.Row(row)) value = MathF.Round(value / scale) * scale;
        }
    }

    static float[] Exact(PairModel model) => Here(model, Precision.Float32);

    static float[] Here(PairModel model, Precision precision)
    {
        float[] logits = new float[Pairs * model.Labels];
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels, frozen: true, precision);
        scorer.Logits(RandomPairs(TextOf(model)), logits);
        return logits;
    }

    static float Largest(float[] one, float[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Max();

    /// <summary>Every weight and bias at random, so that a tensor in the wrong place shows.</summary>
    static void Shake(PairModel model)
    {
        model.Parameters.Initialize(1, .2f);
        var random = new Random(2);
        foreach (var parameter in model.Parameters.All.Where(parameter => !parameter.Decays))
            foreach (ref float value in parameter.Value.Span) value += .4f * random.NextSingle() - .2f;
    }

    /// <summary>Queries of 0 to 11 tokens, products of 0 to 60 that share some of the query's; punctuation and special tokens among them.</summary>
    static TokenPair[] RandomPairs(PairText text)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Pairs).Select(_ => text.Encode(new QueryTokens(Draw(11)), new ProductTokens(Draw(60))))];

        int[] Draw(int most) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => random.Next(Vocabulary))];
    }

    float[][] InOnnxRuntime(TokenPair[] pairs)
    {
        File.WriteAllText(folder.File("pairs.json"), JsonSerializer.Serialize(pairs.Select(pair => new { ids = pair.Ids, segments = pair.Segments.Select(side => (int)side) })));
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Onnx", "score.mjs"), Modules(), folder.File(OnnxModel.FileName), folder.File("pairs.json"), $"{Batch}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? node = null;
        try
        {
            node = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("node is not installed");
        }
        using (node)
        {
            Task<string> errors = node.StandardError.ReadToEndAsync();
            string output = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, errors.Result);
            return JsonSerializer.Deserialize<float[][]>(output)!;
        }
    }

    static string Modules()
    {
        string?[] folders = [Environment.GetEnvironmentVariable("ATTAR_NODE_MODULES"), .. Environment.GetEnvironmentVariable("NODE_PATH")?.Split(Path.PathSeparator) ?? [],
            Environment.GetEnvironmentVariable("PEERS_DIR") is { } peers ? Path.Combine(peers, "node_modules") : null];
        string? found = folders.FirstOrDefault(folder => !string.IsNullOrEmpty(folder) && Directory.Exists(Path.Combine(folder, "onnxruntime-node")));
        Assert.SkipWhen(found is null, "onnxruntime-node is not installed; npm install it and let ATTAR_NODE_MODULES name its node_modules");
        return found!;
    }

    public void Dispose() => folder.Dispose();
}
