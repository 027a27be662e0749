using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Tokenizers.Tokens;
using Attar.Models.Tokenizers.Words;
using static Attar.Models.Tokenizers.Files.JsonWords;

namespace Attar.Models.Tokenizers.Files;

/// <summary>Turns the files of the first tokenizers, which leave much unsaid, into a <c>tokenizer.json</c> that says it.</summary>
static class LegacyFiles
{
    /// <summary><c>vocab.txt</c>: a token a line.</summary>
    public static byte[] WordPiece(string path, TokenizerConfig config)
    {
        string[] tokens = Lines(path);
        var ids = new Dictionary<string, int>();
        for (int id = 0; id < tokens.Length; id++)
            if (!ids.TryAdd(tokens[id], id)) throw new InvalidDataException($"{path}:{id + 1}: '{tokens[id]}' is there already, in line {ids[tokens[id]] + 1}; expected each token once");
        if (!ids.ContainsKey(SpecialTokens.Unknown)) throw new InvalidDataException($"{path}: no {SpecialTokens.Unknown}; expected a WordPiece vocabulary, a token a line");
        bool lowercase = config.Lowercase ?? true;
        string[] special = [SpecialTokens.Padding, SpecialTokens.Unknown, SpecialTokens.Start, SpecialTokens.Separator, SpecialTokens.Mask];
        return File(
            special.Where(ids.ContainsKey).Select(token => new AddedToken(ids[token], token, Special: true)),
            new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = config.SpaceIdeographs ?? true, ["strip_accents"] = config.StripAccents, ["lowercase"] = lowercase },
            Of("BertPreTokenizer"),
            ids.ContainsKey(SpecialTokens.Start) && ids.ContainsKey(SpecialTokens.Separator) ? Template("[CLS] A [SEP]", "[CLS] A [SEP] B:1 [SEP]:1", token => ids[token]) : null,
            new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
            new JsonObject { ["type"] = "WordPiece", ["unk_token"] = SpecialTokens.Unknown, ["continuing_subword_prefix"] = "##", ["max_input_chars_per_word"] = 100, ["vocab"] = Vocabulary(ids) });
    }

    /// <summary><c>vocab.json</c> and <c>merges.txt</c>: which words they were learned from is known by the tokenizer's class alone.</summary>
    public static byte[] ByteLevel(string vocabularyPath, string mergesPath, TokenizerConfig config)
    {
        if (!System.IO.File.Exists(mergesPath)) throw new InvalidDataException($"{mergesPath}: not found; expected the merges that belong to {vocabularyPath}");
        Dictionary<string, int> ids = ReadVocabulary(vocabularyPath);
        JsonArray merges = ReadMerges(mergesPath, ids);
        bool prefix = config.PrefixSpace ?? false;
        JsonNode words = JsonWords.ByteLevel(prefix, trimOffsets: true, useRegex: true), structure = JsonWords.ByteLevel(prefixSpace: true, trimOffsets: false, useRegex: true);
        JsonNode? normalizer = null;
        switch (config.Class)
        {
            case null or "GPT2Tokenizer":
                break;
            case "Qwen2Tokenizer":
                normalizer = Of("NFC");
                words = Sequence("pretokenizers",
                    Split(Gpt4Words.Qwen2Pattern),
                    JsonWords.ByteLevel(prefix, trimOffsets: false, useRegex: false));
                break;
            case "RobertaTokenizer":
                int Known(string token) => ids.TryGetValue(token, out int id) ? id : throw new InvalidDataException($"{vocabularyPath}: no {token}; a {config.Class} needs it");
                structure = new JsonObject { ["type"] = "RobertaProcessing", ["sep"] = new JsonArray("</s>", Known("</s>")), ["cls"] = new JsonArray("<s>", Known("<s>")), ["trim_offsets"] = true, ["add_prefix_space"] = prefix };
                break;
            default:
                throw new InvalidDataException($"{vocabularyPath}: how a {config.Class} cuts words is not known; expected GPT2Tokenizer, Qwen2Tokenizer or RobertaTokenizer; give a folder with a tokenizer.json");
        }
        IEnumerable<AddedToken> added = config.Added.Count > 0 ? config.Added
            : new[] { "<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>" }.Where(ids.ContainsKey).Select(token => new AddedToken(ids[token], token, Special: true, StripLeft: token == "<mask>"));
        return File(added, normalizer, words, structure, JsonWords.ByteLevel(prefixSpace: true, trimOffsets: true, useRegex: true), ByteBpe(Vocabulary(ids), merges, wholeWords: false));
    }

    static Dictionary<string, int> ReadVocabulary(string path)
    {
        try
        {
            using JsonDocument document = JsonTexts.Parse(TokenizerFiles.ReadBytes(path));
            var ids = new Dictionary<string, int>();
            foreach (var (token, id) in new JsonPart(document.RootElement, path, "").Properties()) ids[token] = id.AsInteger();
            return ids;
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}:{fault.LineNumber + 1}: expected a vocabulary in JSON: {fault.Message}; download the file again", fault);
        }
    }

    static JsonArray ReadMerges(string path, Dictionary<string, int> ids)
    {
        string[] lines = Lines(path);
        var merges = new JsonArray();
        for (int i = lines.Length > 0 && lines[0].StartsWith("#version", StringComparison.Ordinal) ? 1 : 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0) continue;
            if (lines[i].Split(' ') is not [var left, var right]) throw new InvalidDataException($"{path}:{i + 1}: expected two tokens with a space between, got '{lines[i]}'");
            foreach (string token in new[] { left, right, left + right })
                if (!ids.ContainsKey(token)) throw new InvalidDataException($"{path}:{i + 1}: '{token}' is not in the vocabulary; the merges belong to another vocabulary");
            merges.Add((JsonNode)new JsonArray(left, right));
        }
        return merges;
    }

    static string[] Lines(string path) => System.Text.Encoding.UTF8.GetString(TokenizerFiles.ReadBytes(path)).TrimStart('\uFEFF').ReplaceLineEndings("\n") is var text && text.EndsWith('\n')
        ? text[..^1].Split('\n') : text.Split('\n');

    public static JsonObject Vocabulary(IEnumerable<KeyValuePair<string, int>> ids) => new(ids.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)));
}
