using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Models.Checkpoints;

namespace Attar.Weights;

/// <summary>Which files of a repository a model is made of. Nothing that can run code when it is opened is among them.</summary>
static partial class ModelFiles
{
    public const string Single = "model.safetensors";
    const string Marked = "attar/model.safetensors"; // of a model with marks, as Attar writes it
    const string Config = "config.json", Index = "model.safetensors.index.json", Gguf = ".gguf";

    static readonly string[] tokenizers = ["tokenizer.json", "vocab.txt", "tokenizer.model", "vocab.json"];

    static readonly HashSet<string> companions =
    [
        Config, .. tokenizers, "merges.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja", "chat_template.json",
        "modules.json", "config_sentence_transformers.json", "sentence_bert_config.json",
    ];

    /// <summary>What must be there, in words for people who bring the files by hand.</summary>
    public static string Wanted(string? file) => file ?? $"{Config}, {Single} (or {Index} and its shards), and the tokenizer's {tokenizers[0]} (or {string.Join(", ", tokenizers.Skip(1))} with what belongs to it)";

    /// <summary>Those of a model in safetensors or of an adapter, or <paramref name="file"/> alone.</summary>
    /// <param name="names">All that a repository has.</param>
    /// <param name="missing">What a model needs and the repository does not have; null where it is whole.</param>
    public static string[] Of(IReadOnlyCollection<string> names, string? file, out string? missing)
    {
        if (file is not null)
        {
            missing = names.Contains(file) ? null : $"no file {file}{Listed(names)}";
            return [file];
        }
        bool adapter = names.Contains(AdapterFolder.ConfigFile) && !names.Contains(Config);
        string[] weights = adapter ? [AdapterFolder.ConfigFile, AdapterFolder.WeightsFile] : names.Contains(Single) ? [Single] : names.Contains(Marked) ? [Marked] : names.Contains(Index) ? [Index, .. names.Where(name => Shard().IsMatch(name)).Order(StringComparer.Ordinal)] : [];
        missing =
            adapter ? names.Contains(AdapterFolder.WeightsFile) ? null : $"no {AdapterFolder.WeightsFile}; name a repository or a revision that has it"
            : !names.Contains(Config) && names.Any(IsGguf) ? $"no {Config}, but GGUF files, of which one is to be named{Listed(names)}"
            : !names.Contains(Config) ? $"no {Config}; expected a model that Hugging Face's transformers reads"
            : weights.Length == 0 && names.Any(IsGguf) ? $"no {Single}, but GGUF files, of which one is to be named{Listed(names)}"
            : weights.Length == 0 && names.Any(IsPickle) ? $"its weights as a pickle alone ({names.First(IsPickle)}), which can run code when opened; expected {Single}: name a revision that has it, or convert the file and name the folder"
            : weights.Length == 0 ? $"no {Single}; name a repository or a revision that has it"
            : weights is [Index] ? $"{Index} without the shards that it speaks of"
            : !tokenizers.Any(names.Contains) ? $"no tokenizer; expected one of {string.Join(", ", tokenizers)}"
            : null;
        return [.. names.Where(name => companions.Contains(name) || Module().IsMatch(name)).Order(StringComparer.Ordinal), .. weights];
    }

    /// <summary>Whether a folder has every shard that its index speaks of; true where it has no index.</summary>
    public static bool HasAllShards(string folder)
    {
        string index = Path.Combine(folder, Index);
        if (!File.Exists(index)) return true;
        try
        {
            return JsonTexts.Node(File.ReadAllText(index))?["weight_map"] is JsonObject map && map.All(entry => entry.Value is JsonValue name && Shard().IsMatch($"{name}") && File.Exists(Path.Combine(folder, $"{name}")));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Licences, notices and the model's card, which are kept beside the model.</summary>
    public static bool IsBeside(string name) => Beside().IsMatch(name);

    static bool IsGguf(string name) => name.EndsWith(Gguf, StringComparison.OrdinalIgnoreCase);

    static bool IsPickle(string name) => Path.GetExtension(name) is ".bin" or ".pt" or ".pth" or ".pkl" or ".ckpt";

    static string Listed(IEnumerable<string> names)
    {
        const int Most = 8;
        string[] found = [.. names.Where(IsGguf).Order(StringComparer.Ordinal)];
        return found.Length == 0 ? "" : $": {string.Join(", ", found.Take(Most))}{(found.Length > Most ? $" and {found.Length - Most} more" : "")}";
    }

    [GeneratedRegex(@"^model-\d{5}-of-\d{5}\.safetensors$")]
    private static partial Regex Shard();

    /// <summary>Of sentence-transformers: how a text's tokens become one vector, and what follows.</summary>
    [GeneratedRegex(@"^\d+_[A-Za-z]+/(config\.json|model\.safetensors)$")]
    private static partial Regex Module();

    [GeneratedRegex(@"^(README\.md|NOTICE[\w.-]*|LICEN[CS]E[\w.-]*|COPYING[\w.-]*|USE_POLICY[\w.-]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Beside();
}
