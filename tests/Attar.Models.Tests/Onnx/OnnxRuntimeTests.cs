using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Onnx;

/// <summary>
/// The written file in ONNX Runtime against Attar itself. Needs node and its package onnxruntime-node in ATTAR_NODE_MODULES, NODE_PATH or
/// PEERS_DIR/node_modules; skipped elsewhere.
/// </summary>
public sealed class OnnxRuntimeTests : IDisposable
{
    const int Pairs = 1000, Batch = 37, Vocabulary = 60;

    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, ",", "##.", .. Enumerable.Range(0, Vocabulary - SpecialTokens.All.Count - 2).Select(i => $"w{i}")]);

    readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(3, false, 1)]
    [InlineData(3, true, 1)]
    [InlineData(1, true, 4)]
    public void Scores_in_ONNX_Runtime_are_Attars_whatever_the_padding(int layers, bool overlap, int labels)
    {
        using var model = new Encoder(new EncoderConfig(Vocabulary, 32, layers, 4, 64, 80, Labels: labels, Overlap: overlap));
        Shake(model);
        var text = new PairText(Tokenizer, 80);
        TokenPair[] pairs = RandomPairs(text);
        EncoderOnnx.Write(model, text, folder.File(EncoderOnnx.FileName));

        float[] expected = new float[pairs.Length * labels];
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        scorer.Logits(pairs, expected);
        float[] found = [.. InOnnxRuntime(pairs).SelectMany(logits => logits)];
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++) Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-4, $"logit {i}: expected {expected[i]}, ONNX Runtime says {found[i]}");
        Assert.True(expected.Max() - expected.Min() > 1, "scores that hardly differ would hide a fault");
    }

    /// <summary>Every weight and bias at random, so that a tensor in the wrong place shows.</summary>
    static void Shake(Encoder model)
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
        return [.. Enumerable.Range(0, Pairs).Select(_ => text.Encode(Draw(11), new ProductTokens(Draw(60))))];

        int[] Draw(int most) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => random.Next(Vocabulary))];
    }

    float[][] InOnnxRuntime(TokenPair[] pairs)
    {
        File.WriteAllText(folder.File("pairs.json"), JsonSerializer.Serialize(pairs.Select(pair => new { ids = pair.Ids, segments = pair.Segments.Select(side => (int)side) })));
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Onnx", "score.mjs"), Modules(), folder.File(EncoderOnnx.FileName), folder.File("pairs.json"), $"{Batch}"])
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
