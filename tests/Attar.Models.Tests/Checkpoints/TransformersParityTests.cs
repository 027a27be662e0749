using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using static Attar.Models.Tests.Expectation;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Folders as transformers writes them, against what it computes of the same token ids: the networks alone, within 1e-4. A decoder's classification is read at the last token that is not padding; none of these end in any.</summary>
public sealed class TransformersParityTests : IDisposable
{
    const double Tolerance = 1e-4;

    readonly CpuKernels kernels = new(2);
    readonly Arena arena = new();
    readonly TemporaryFolder folder = new();

    public static TheoryData<string> Classifiers => new(
        "bert", "bert-two-classes", "bert-four-grades", "distilbert", "electra", "roberta", "xlm-roberta", "modernbert-cls", "modernbert-mean",
        "qwen2", "qwen2-five-grades", "qwen2-yarn", "qwen2-yarn-v4-config", "qwen3",
        "llama", "llama-linear-rope", "llama-linear-rope-v4-config", "llama3-rope", "llama3-rope-v4-config", "mistral-window", "gemma2", "gemma3");

    public static TheoryData<string> LanguageModels => new("qwen3-causal", "gemma3-causal", "gemma3-multimodal", "llama-causal");

    public void Dispose()
    {
        kernels.Dispose();
        arena.Dispose();
        folder.Dispose();
    }

    [Theory, MemberData(nameof(Classifiers))]
    public void A_classifier_s_logits_agree_with_transformers(string name)
    {
        string checkpoint = SharedModels.Need("fixtures", "checkpoints", name);
        using PairModel model = ModelStore.Load(checkpoint);
        JsonArray expected = PairsOf(checkpoint);
        TokenPair[] pairs = [.. expected.Select(pair => Pair(model, Numbers<int>(pair!["ids"]!)))];
        float[] actual = new float[pairs.Length * model.Labels];
        using var scorer = new PairScorer(model, kernels, frozen: true);
        scorer.Logits(pairs, actual);
        Near([.. expected.SelectMany(pair => Numbers<float>(pair!["logits"]!))], actual);
    }

    [Theory, MemberData(nameof(LanguageModels))]
    public void A_language_model_s_logits_after_the_last_token_agree_with_transformers(string name)
    {
        string checkpoint = SharedModels.Need("fixtures", "checkpoints", name);
        using PairModel model = ModelStore.LoadLanguageModel(checkpoint);
        Near(LogitsIn(checkpoint), LanguageLogits(model, checkpoint));
    }

    [Fact]
    public void The_text_model_of_a_multimodal_folder_is_saved_as_one_of_its_own()
    {
        string checkpoint = SharedModels.Need("fixtures", "checkpoints", "gemma3-multimodal"), plain = SharedModels.Need("fixtures", "checkpoints", "gemma3");
        using (PairModel model = ModelStore.LoadWithNewHead(checkpoint, 1, seed: 1)) ModelStore.Save(model, folder.Path);

        using var written = SafeTensorsFile.Open(folder.Path);
        using var transformers = SafeTensorsFile.Open(plain);
        Assert.Equal(transformers.Names, written.Names);
        JsonObject config = ModelFolder.Open(folder.Path).Config, same = ModelFolder.Open(plain).Config;
        foreach ((string key, JsonNode? value) in same) Assert.True(JsonNode.DeepEquals(value, config[key]), key);

        using PairModel again = ModelStore.Load(folder.Path);
        Near(LogitsIn(checkpoint), LanguageLogits(again, checkpoint));
    }

    /// <returns>(pairs, vocabulary)</returns>
    float[] LanguageLogits(PairModel model, string checkpoint)
    {
        PackedBatch batch = PackedBatch.Of([.. PairsOf(checkpoint).Select(pair => Pair(model, Numbers<int>(pair!["ids"]!)))]);
        return model.LanguageLogits(new Tape(kernels, arena, training: false), batch, batch.LastRows.ToArray()).Value.Span.ToArray();
    }

    /// <summary>The ids as they stand. BERT and ELECTRA call what follows the first [SEP] the product's side.</summary>
    static TokenPair Pair(PairModel model, int[] ids)
    {
        int product = model is Encoder { Config.Segments: > 1 } ? Array.IndexOf(ids, 3) + 1 : ids.Length;
        return new TokenPair(ids, [.. ids.Select((_, at) => (byte)(at < product ? 0 : 1))], new byte[ids.Length]);
    }

    static void Near(float[] expected, float[] actual) => Expectation.Near(expected, actual, Tolerance);
}
