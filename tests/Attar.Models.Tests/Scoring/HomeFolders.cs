using System.Text.Json.Nodes;

namespace Attar.Models.Tests.Scoring;

/// <summary>Model folders as their users have them, with what Hugging Face's libraries make of 24 pairs.</summary>
static class HomeFolders
{
    const string Prompt = "Query: {query}\nProduct: {product}";

    static readonly string[] asked =
    [
        "bert", "bert-two-classes", "bert-four-grades", "deberta-v2", "distilbert", "electra", "roberta", "xlm-roberta", "modernbert-cls", "modernbert-mean",
        "st-modular-head", "st-qwen3-yes-no", "st-qwen2-one-zero",
    ];

    /// <summary>Decoders with a head whose folders do not say how they are asked.</summary>
    static readonly string[] prompted =
    [
        "qwen2", "qwen2-five-grades", "qwen2-yarn", "qwen2-yarn-v4-config", "qwen3", "llama", "llama-linear-rope", "llama-linear-rope-v4-config", "llama3-rope", "llama3-rope-v4-config",
        "mistral-window", "gemma2", "gemma3", "lora-qwen2", "lora-qwen2-rslora",
    ];

    public static TheoryData<string> All => [.. asked, .. prompted];

    /// <summary>Skips the test where the fixtures are not there.</summary>
    /// <returns>The model's folder, and how its pairs are written where it does not say.</returns>
    public static (string Folder, string? Template) Of(string name)
    {
        string folder = SharedModels.Need("fixtures", "checkpoints", name);
        return (Directory.Exists(Path.Combine(folder, "adapter")) ? Path.Combine(folder, "adapter") : folder, prompted.Contains(name) ? Prompt : null);
    }

    public static (string Query, string Product)[] Pairs() =>
        [.. JsonNode.Parse(File.ReadAllText(SharedModels.Need("fixtures", "checkpoints", "pairs.json")))!.AsArray().Select(pair => ($"{pair![0]}", $"{pair[1]}"))];

    /// <summary>By pair, what the fixture says of it.</summary>
    public static JsonArray Expected(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(SharedModels.Need("fixtures", "checkpoints", name), "expected.json")))!["pairs"]!.AsArray();

    public static double[] Scores(string name) => [.. Expected(name).Select(pair => pair!["score"]!.GetValue<double>())];

    /// <summary>Classes of the head; 1 where the fixture has scores alone.</summary>
    public static int Classes(string name) => Expected(name)[0]!["logits"] is JsonArray logits ? logits.Count : 1;

    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));
}
