using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;
using static Attar.Models.Tests.Expectation;

namespace Attar.Models.Tests.Scoring;

/// <summary>Text in, score out, against what Hugging Face's libraries make of the same pairs: token for token, and within 1e-4.</summary>
public sealed class HomeScoresTests : IDisposable
{
    readonly CpuKernels kernels = new(2);

    public static TheoryData<string> Folders => HomeFolders.All;

    public void Dispose() => kernels.Dispose();

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_scores_as_at_home(string name)
    {
        (string folder, string? template) = HomeFolders.Of(name);
        using PairModel model = ModelStore.Load(folder);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        PairText text = ModelText.Of(model, ModelStore.LoadTokenizer(folder), template);
        TokenPair[] tokens = [.. HomeFolders.Pairs().Select(pair => text.Encode(pair.Query, [new("", pair.Product)]))];
        foreach ((TokenPair own, JsonNode? home) in tokens.Zip(HomeFolders.Expected(name)))
            if (home!["ids"] is { } ids) Assert.Equal(Numbers<int>(ids), own.Ids);
        float[] scores = scorer.Scores(tokens);
        foreach ((float score, double expected) in scores.Zip(HomeFolders.Scores(name)))
            Assert.Equal(expected, model.Gains is { Length: > 2 } ? HomeFolders.Sigmoid(score) : score, 1e-4); // grades: the expected worth, here as its logit
    }
}
