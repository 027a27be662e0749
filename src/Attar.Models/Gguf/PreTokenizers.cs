using System.Text.Json.Nodes;
using Attar.Models.Tokenizers.Words;
using static Attar.Models.Tokenizers.Files.JsonWords;

namespace Attar.Models.Gguf;

/// <summary>How a byte-level tokenizer cuts words: llama.cpp names it and leaves the rest to whoever reads the name.</summary>
/// <param name="Words">The steps of tokenizer.json before bytes become characters.</param>
/// <param name="WholeWords">A word that is a token is that token, whether merges lead there or not.</param>
/// <param name="AddStart">Texts begin with the start token where the file does not say.</param>
/// <param name="Compose">Text is composed first (NFC), which llama.cpp leaves out.</param>
/// <remarks>Names and patterns: https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp; where it approximates a pattern, the original from the model's tokenizer.json.</remarks>
sealed record PreTokenizers(JsonNode[] Words, bool WholeWords = false, bool AddStart = false, bool Compose = false)
{
    const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?", Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]", Lead = @"[^\r\n\p{L}\p{N}]?";
    const string Ends = @"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    public const string Known = "default, gpt-2, smollm, starcoder, refact, command-r, llama-bpe, llama3, falcon3, smaug-bpe, dbrx, qwen2, deepseek-r1-qwen, tekken, gpt-4o, llama4, deepseek-coder, deepseek-v3 and others that cut as these";

    /// <summary>Null for a name that nobody here knows.</summary>
    public static PreTokenizers? Of(string name) => name switch
    {
        "default" => new([Split(@"[\p{P}\$\+<=>\^~\|]+"), Split(Gpt2Words.Pattern), Split(@"\p{N}+"), Split("[0-9][0-9][0-9]")]),
        "gpt-2" or "phi-2" or "jina-es" or "jina-de" or "jina-v1-en" or "jina-v2-es" or "jina-v2-de" or "jina-v2-code" or "gigachat" or "roberta-bpe" or "exaone4" or "mpt" or "olmo" or "jais" or "trillion" => new([Split(Gpt2Words.Pattern)]),
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b" => new([SingleDigits(), Split(Gpt2Words.Pattern)]),
        "llama3" or "llama-v3" or "llama-bpe" or "falcon3" => new([Split(Gpt4Words.Llama3Pattern)], WholeWords: true, AddStart: true),
        "dbrx" or "smaug-bpe" or "chatglm-bpe" or "glm4" => new([Split(Gpt4Words.Llama3Pattern)]),
        "qwen2" or "deepseek-r1-qwen" => new([Split(Gpt4Words.Qwen2Pattern)], Compose: true),
        "stablelm2" or "megrez" => new([Split(Gpt4Words.Qwen2Pattern)]),
        "tekken" => new([Split($@"{Lead}{Upper}*{Lower}+|{Lead}{Upper}+{Lower}*|\p{{N}}{Ends}")], WholeWords: true, AddStart: true),
        "gpt-4o" or "llama4" => new([Split($@"{Lead}{Upper}*{Lower}+{Contractions}|{Lead}{Upper}+{Lower}*{Contractions}|\p{{N}}{{1,3}}{Ends}")]),
        "deepseek-coder" => new([Split(@"[\r\n]"), Split(@"\s?\p{L}+"), Split(@"\s?\p{P}+"), Split("[一-龥ࠀ-一가-퟿]+"), SingleDigits()]),
        "deepseek-v3" => new([Split(@"\p{N}{1,3}"), Split("[一-龥぀-ゟ゠-ヿ]+"),
            Split(@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]),
        _ => null,
    };

    static JsonObject SingleDigits() => new() { ["type"] = "Digits", ["individual_digits"] = true };

    /// <summary>The pre-tokenizer of tokenizer.json.</summary>
    public JsonObject ToJson(bool prefixSpace) => Sequence("pretokenizers", [.. Words, ByteLevel(prefixSpace, trimOffsets: false, useRegex: false)]);
}
