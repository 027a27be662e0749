using System.Text.Json;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers.Files;

/// <summary>What <c>tokenizer_config.json</c> says of files that do not say it themselves.</summary>
/// <param name="Class">Such as <c>Qwen2Tokenizer</c>, without <c>Fast</c>; null where the file or the entry is missing.</param>
sealed record TokenizerConfig(string? Class = null, bool? AddStart = null, bool? AddEnd = null, bool? PrefixSpace = null, bool? Lowercase = null, bool? StripAccents = null, bool? SpaceIdeographs = null, bool Legacy = true)
{
    /// <summary>Tokens with their ids; empty where the file has none.</summary>
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    /// <exception cref="InvalidDataException">The file is there and broken.</exception>
    public static TokenizerConfig Read(string folder)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        if (!File.Exists(path)) return new TokenizerConfig();
        try
        {
            using JsonDocument document = JsonTexts.Parse(TokenizerFiles.ReadBytes(path));
            var root = new JsonPart(document.RootElement, path, "");
            bool? Flag(string key) => root.Find(key) is null ? null : root.Flag(key, false);
            string? type = root.TextOrNull("tokenizer_class");
            return new TokenizerConfig(type?.EndsWith("Fast", StringComparison.Ordinal) == true ? type[..^4] : type, Flag("add_bos_token"), Flag("add_eos_token"), Flag("add_prefix_space"),
                Flag("do_lower_case"), Flag("strip_accents"), Flag("tokenize_chinese_chars"), root.Flag("legacy", true))
            {
                Added = [.. root.Find("added_tokens_decoder")?.Properties().Select(entry => ReadAdded(entry.Name, entry.Value)) ?? []],
            };
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}:{fault.LineNumber + 1}: expected JSON: {fault.Message}; download the file again", fault);
        }
    }

    static AddedToken ReadAdded(string id, JsonPart part) => new(
        int.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : throw part.Fault($"added_tokens_decoder: expected ids, the file has \"{id}\""),
        part.Text("content"), part.Flag("single_word", false), part.Flag("lstrip", false), part.Flag("rstrip", false), part.Flag("normalized", false), part.Flag("special", false));
}
