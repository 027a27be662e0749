using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers.Files;

/// <summary>Parts of a <c>tokenizer.json</c> made from older files.</summary>
static class JsonWords
{
    internal static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] File(IEnumerable<AddedToken> added, JsonNode? normalizer, JsonNode? preTokenizer, JsonNode? structure, JsonNode decoder, JsonObject model) =>
        JsonSerializer.SerializeToUtf8Bytes<JsonNode>(new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. added.OrderBy(token => token.Id).Select(Added)]),
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = preTokenizer,
            ["post_processor"] = structure,
            ["decoder"] = decoder,
            ["model"] = model,
        }, Indented);

    static JsonObject Added(AddedToken token) => new()
    {
        ["id"] = token.Id,
        ["content"] = token.Content,
        ["single_word"] = token.SingleWord,
        ["lstrip"] = token.StripLeft,
        ["rstrip"] = token.StripRight,
        ["normalized"] = token.Normalized,
        ["special"] = token.Special,
    };

    public static JsonObject Of(string type) => new() { ["type"] = type };

    public static JsonObject Sequence(string key, params ReadOnlySpan<JsonNode> steps) => new() { ["type"] = "Sequence", [key] = new JsonArray([.. steps]) };

    public static JsonObject Replace(string pattern, string content, bool isRegex = false) => new()
    {
        ["type"] = "Replace",
        ["pattern"] = new JsonObject { [isRegex ? "Regex" : "String"] = pattern },
        ["content"] = content,
    };

    /// <summary>Words are what a pattern finds, and what lies between.</summary>
    public static JsonObject Split(string pattern) => new() { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["behavior"] = "Isolated", ["invert"] = false };

    public static JsonObject ByteLevel(bool prefixSpace, bool trimOffsets, bool useRegex) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = prefixSpace,
        ["trim_offsets"] = trimOffsets,
        ["use_regex"] = useRegex,
    };

    /// <summary>A BPE model whose tokens are the characters that stand for bytes.</summary>
    /// <param name="wholeWords">A word that is a token is that token, whether merges lead there or not.</param>
    public static JsonObject ByteBpe(JsonObject vocabulary, JsonArray merges, bool wholeWords) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = null,
        ["continuing_subword_prefix"] = "",
        ["end_of_word_suffix"] = "",
        ["fuse_unk"] = false,
        ["byte_fallback"] = false,
        ["ignore_merges"] = wholeWords,
        ["vocab"] = vocabulary,
        ["merges"] = merges,
    };

    /// <summary>A structure of texts and special tokens, written as tokens and <c>A</c> or <c>B</c>; a <c>:1</c> behind one gives it the type id 1.</summary>
    /// <param name="idOf">Ids of the special tokens.</param>
    public static JsonObject Template(string single, string pair, Func<string, int> idOf)
    {
        var special = new JsonObject();
        JsonNode Piece(string word)
        {
            int segment = word.EndsWith(":1", StringComparison.Ordinal) ? 1 : 0;
            string name = segment == 1 ? word[..^2] : word;
            if (name is not ("A" or "B")) special[name] = new JsonObject { ["id"] = name, ["ids"] = new JsonArray(idOf(name)), ["tokens"] = new JsonArray(name) };
            return new JsonObject { [name is "A" or "B" ? "Sequence" : "SpecialToken"] = new JsonObject { ["id"] = name, ["type_id"] = segment } };
        }
        JsonArray Pieces(string words) => [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Piece)];
        return new JsonObject { ["type"] = "TemplateProcessing", ["single"] = Pieces(single), ["pair"] = Pieces(pair), ["special_tokens"] = special };
    }
}
