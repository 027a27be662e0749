using System.Text.Json.Nodes;
using Attar.Models.Files;

namespace Attar.Models.Sentences;

/// <summary>How an encoder's tokens become one vector of a text, as sentence-transformers keeps it: <c>modules.json</c>, <c>1_Pooling/config.json</c> and <c>config_sentence_transformers.json</c>.</summary>
/// <param name="FirstToken">The first token's row stands for the text; otherwise the mean of all.</param>
/// <param name="QueryPrompt">Written before a query.</param>
public sealed record SentenceFiles(bool FirstToken = false, string QueryPrompt = "")
{
    const string Modules = "modules.json", Prompts = "config_sentence_transformers.json", Mean = "pooling_mode_mean_tokens", First = "pooling_mode_cls_token";
    static readonly string pooling = Path.Combine("1_Pooling", "config.json");

    /// <summary>What a folder says; the mean and no prompt where it says nothing.</summary>
    /// <exception cref="CheckpointException">when it pools in another way.</exception>
    public static SentenceFiles Read(string folder) => new(PoolsFirst(folder), PromptOf(folder));

    static bool PoolsFirst(string folder)
    {
        if (Open(folder, pooling) is not { } config) return false;
        bool mean = Has(Mean), first = Has(First);
        if (mean == first) throw new CheckpointException($"{Path.Combine(folder, pooling)}: expected one of {Mean} and {First}, found {(mean ? "both" : "neither")}");
        return first;

        bool Has(string mode) => config[mode] is JsonValue value && value.TryGetValue(out bool on) && on;
    }

    static string PromptOf(string folder) =>
        Open(folder, Prompts)?["prompts"] is JsonObject prompts && prompts["query"] is JsonValue value && value.TryGetValue(out string? prompt) ? prompt : "";

    static JsonObject? Open(string folder, string file) => File.Exists(Path.Combine(folder, file)) ? ModelFolder.Open(folder, file).Config : null;

    /// <param name="width">Values of a vector.</param>
    public void Write(string folder, int width)
    {
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        Save(pooling, new JsonObject { ["word_embedding_dimension"] = width, [First] = FirstToken, [Mean] = !FirstToken });
        Save(Modules, new JsonArray(Module(0, "", "Transformer"), Module(1, "1_Pooling", "Pooling"), Module(2, "2_Normalize", "Normalize")));
        if (QueryPrompt.Length > 0) Save(Prompts, new JsonObject { ["prompts"] = new JsonObject { ["query"] = QueryPrompt } });

        void Save(string name, JsonNode node) => AtomicFile.WriteText(Path.Combine(folder, name), writer => writer.Write(node.ToJsonString(ModelFolder.Indented) + "\n"));
    }

    static JsonObject Module(int place, string path, string type) => new() { ["idx"] = place, ["name"] = $"{place}", ["path"] = path, ["type"] = $"sentence_transformers.models.{type}" };
}
