using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using static Attar.Models.Tests.Expectation;

namespace Attar.Models.Tests.Scoring;

/// <summary>Folders as their users have them, text in, score out, against what Hugging Face's libraries make of the same 24 pairs: within 1e-4.</summary>
public sealed class HomeScoresTests : IDisposable
{
    const string Prompt = "Query: {query}\nProduct: {product}";

    readonly CpuKernels kernels = new(2);

    public static TheoryData<string> Folders => new(
        "bert", "bert-two-classes", "bert-four-grades", "deberta-v2", "distilbert", "electra", "roberta", "xlm-roberta", "modernbert-cls", "modernbert-mean",
        "st-modular-head", "st-qwen3-yes-no", "st-qwen2-one-zero");

    /// <summary>Decoders with a head whose folders do not say how they are asked.</summary>
    public static TheoryData<string> Prompted => new(
        "qwen2", "qwen2-five-grades", "qwen2-yarn", "qwen2-yarn-v4-config", "qwen3", "llama", "llama-linear-rope", "llama-linear-rope-v4-config", "llama3-rope", "llama3-rope-v4-config",
        "mistral-window", "gemma2", "gemma3", "lora-qwen2", "lora-qwen2-rslora");

    public void Dispose() => kernels.Dispose();

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_scores_as_at_home(string name) => Compare(name, null);

    [Theory, MemberData(nameof(Prompted))]
    public void A_decoder_asked_as_at_home_scores_as_at_home(string name) => Compare(name, Prompt);

    void Compare(string name, string? template)
    {
        string checkpoint = SharedModels.Need("fixtures", "checkpoints", name), folder = Directory.Exists(Path.Combine(checkpoint, "adapter")) ? Path.Combine(checkpoint, "adapter") : checkpoint;
        JsonArray pairs = JsonNode.Parse(File.ReadAllText(SharedModels.Need("fixtures", "checkpoints", "pairs.json")))!.AsArray(), expected = PairsOf(checkpoint);
        using PairModel model = ModelStore.Load(folder);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        PairText text = ModelText.Of(model, ModelStore.LoadTokenizer(folder), template);
        TokenPair[] tokens = [.. pairs.Select(pair => text.Encode($"{pair![0]}", [new("", $"{pair[1]}")]))];
        foreach ((TokenPair own, JsonNode? home) in tokens.Zip(expected))
            if (home!["ids"] is { } ids) Assert.Equal(Numbers<int>(ids), own.Ids);
        double[] scores = [.. scorer.Scores(tokens).Select(score => model.Gains is { Length: > 2 } ? 1 / (1 + Math.Exp(-(double)score)) : score)]; // grades: the expected gain, here as its logit
        for (int i = 0; i < scores.Length; i++) Assert.True(Math.Abs(scores[i] - expected[i]!["score"]!.GetValue<double>()) <= 1e-4, $"pair {i}: expected {expected[i]!["score"]}, found {scores[i]}");
    }
}
