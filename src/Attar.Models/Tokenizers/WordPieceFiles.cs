using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>The files of a WordPiece tokenizer as Hugging Face writes and reads them.</summary>
static class WordPieceFiles
{
    static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static WordPieceTokenizer Read(string folder)
    {
        string json = Path.Combine(folder, "tokenizer.json"), vocabulary = Path.Combine(folder, "vocab.txt");
        if (File.Exists(json) && ReadJson(json) is { } tokenizer) return tokenizer;
        if (!File.Exists(vocabulary)) throw new InvalidDataException($"{folder}: expected a tokenizer.json with a WordPiece model, or a vocab.txt; give a BERT-like model folder");
        return Checked(vocabulary, () =>
        {
            string[] tokens = File.ReadAllLines(vocabulary);
            return new WordPieceTokenizer(tokens, lowercase: !IsCased(folder), stripAccents: !IsCased(folder));
        });
    }

    /// <returns>Null when the file describes another kind of tokenizer.</returns>
    static WordPieceTokenizer? ReadJson(string path) => Checked(path, () =>
    {
        JsonNode root = JsonTexts.Node(File.ReadAllText(path))!;
        JsonNode? model = root["model"];
        if ((string?)model?["type"] != "WordPiece") return null;
        if ((string?)model["continuing_subword_prefix"] is not (null or "##")) throw new InvalidDataException("continuing_subword_prefix: expected ##");
        if ((string?)root["normalizer"]?["type"] != "BertNormalizer") throw new InvalidDataException("normalizer: expected BertNormalizer");

        var ids = new Dictionary<string, int>();
        foreach (var (token, id) in model["vocab"]!.AsObject()) ids[token] = (int)id!;
        foreach (JsonNode? added in root["added_tokens"]?.AsArray() ?? []) ids[(string)added!["content"]!] = (int)added["id"]!;
        var tokens = new string?[ids.Count];
        foreach (var (token, id) in ids)
        {
            if ((uint)id >= tokens.Length || tokens[id] != null) throw new InvalidDataException($"vocab: id {id} of '{token}'; expected each of 0..{ids.Count - 1} once");
            tokens[id] = token;
        }
        bool lowercase = (bool?)root["normalizer"]!["lowercase"] ?? true;
        return new WordPieceTokenizer(tokens!, lowercase, (bool?)root["normalizer"]!["strip_accents"] ?? lowercase, (int?)model["max_input_chars_per_word"] ?? 100);
    });

    static bool IsCased(string folder)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        return File.Exists(path) && Checked(path, () => (bool?)JsonTexts.Node(File.ReadAllText(path))!["do_lower_case"] == false);
    }

    static T Checked<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    public static void Write(WordPieceTokenizer tokenizer, IReadOnlyList<string> tokens, string folder)
    {
        string[] special = [.. tokens.Where(token => SpecialTokens.IsSpecial(token) && token.AsSpan(1, token.Length - 2).IndexOfAnyExceptInRange('A', 'z') < 0)];
        WriteFile(folder, "vocab.txt", string.Concat(tokens.Select(token => token + "\n")));
        WriteFile(folder, "tokenizer_config.json", new JsonObject
        {
            ["tokenizer_class"] = "BertTokenizer",
            ["do_lower_case"] = tokenizer.Lowercase,
            ["strip_accents"] = tokenizer.StripAccents,
            ["tokenize_chinese_chars"] = true,
            ["unk_token"] = SpecialTokens.Unknown,
            ["pad_token"] = SpecialTokens.Padding,
            ["cls_token"] = SpecialTokens.Start,
            ["sep_token"] = SpecialTokens.Separator,
            ["mask_token"] = SpecialTokens.Mask,
        });
        WriteFile(folder, "special_tokens_map.json", new JsonObject
        {
            ["unk_token"] = SpecialTokens.Unknown,
            ["pad_token"] = SpecialTokens.Padding,
            ["cls_token"] = SpecialTokens.Start,
            ["sep_token"] = SpecialTokens.Separator,
            ["mask_token"] = SpecialTokens.Mask,
            ["additional_special_tokens"] = new JsonArray([.. special.Where(token => char.IsAsciiLetterLower(token[1])).Select(token => JsonValue.Create(token))]),
        });
        WriteFile(folder, "tokenizer.json", new JsonObject // last: its presence says that the folder is whole
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. special.Select(token => AddedToken(tokenizer.IdOf(token), token))]),
            ["normalizer"] = new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = tokenizer.StripAccents, ["lowercase"] = tokenizer.Lowercase },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["post_processor"] = Template(tokenizer),
            ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = SpecialTokens.Unknown,
                ["continuing_subword_prefix"] = "##",
                ["max_input_chars_per_word"] = tokenizer.LongestWord,
                ["vocab"] = new JsonObject(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))),
            },
        });
    }

    static JsonObject AddedToken(int id, string token) => new()
    {
        ["id"] = id,
        ["content"] = token,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    /// <summary><c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>.</summary>
    static JsonObject? Template(WordPieceTokenizer tokenizer)
    {
        if (tokenizer.IdOf(SpecialTokens.Start) < 0 || tokenizer.IdOf(SpecialTokens.Separator) < 0) return null;
        JsonObject Special(string token, int segment) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = segment } };
        JsonObject Sequence(string name, int segment) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = segment } };
        JsonObject Entry(string token) => new() { ["id"] = token, ["ids"] = new JsonArray(tokenizer.IdOf(token)), ["tokens"] = new JsonArray(token) };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(SpecialTokens.Start, 0), Sequence("A", 0), Special(SpecialTokens.Separator, 0)),
            ["pair"] = new JsonArray(Special(SpecialTokens.Start, 0), Sequence("A", 0), Special(SpecialTokens.Separator, 0), Sequence("B", 1), Special(SpecialTokens.Separator, 1)),
            ["special_tokens"] = new JsonObject { [SpecialTokens.Start] = Entry(SpecialTokens.Start), [SpecialTokens.Separator] = Entry(SpecialTokens.Separator) },
        };
    }

    static void WriteFile(string folder, string name, JsonObject content) => WriteFile(folder, name, content.ToJsonString(Json) + "\n");

    static void WriteFile(string folder, string name, string content) => AtomicFile.WriteText(Path.Combine(folder, name), writer => writer.Write(content));
}
