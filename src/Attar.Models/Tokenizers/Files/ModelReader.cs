using Attar.Models.Tokenizers.Models;

namespace Attar.Models.Tokenizers.Files;

/// <summary>The models of tokenizer.json.</summary>
static class ModelReader
{
    public static ITokenModel Read(JsonPart part) => TypeOf(part) switch
    {
        "BPE" => ReadBpe(part),
        "Unigram" => ReadUnigram(part),
        "WordPiece" => part.Checked(() => new WordPiece(ReadVocabulary(part), part.TextOrNull("unk_token") ?? "[UNK]",
            part.TextOrNull("continuing_subword_prefix") ?? "##", part.Integer("max_input_chars_per_word", 100))),
        "WordLevel" => part.Checked(() => new WordLevel(ReadVocabulary(part), part.TextOrNull("unk_token") ?? "<unk>")),
        _ => throw part.UnknownType("BPE, Unigram, WordLevel, WordPiece"),
    };

    // files of the first versions do not say it
    static string TypeOf(JsonPart part) => part.TextOrNull("type")
        ?? (part.Find("merges") != null ? "BPE" : part.Find("continuing_subword_prefix") != null ? "WordPiece" : part.Text("type"));

    static Vocabulary ReadVocabulary(JsonPart part)
    {
        JsonPart vocabulary = part.Get("vocab");
        return vocabulary.Checked(() => new Vocabulary(vocabulary.Properties().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.AsInteger()))));
    }

    static Bpe ReadBpe(JsonPart part)
    {
        if (part.Find("dropout")?.AsNumber() is > 0) throw part.Get("dropout").Wrong("null or 0, for tokens must not depend on chance");
        var options = new BpeOptions(part.TextOrNull("unk_token"), part.Flag("fuse_unk", false), part.Flag("byte_fallback", false), part.Flag("ignore_merges", false),
            part.TextOrNull("continuing_subword_prefix") ?? "", part.TextOrNull("end_of_word_suffix") ?? "");
        (string, string)[] merges = [.. part.Get("merges").Items().Select(ReadMerge)];
        return part.Checked(() => new Bpe(ReadVocabulary(part), merges, options));
    }

    /// <summary><c>"a b"</c> or <c>["a", "b"]</c>.</summary>
    static (string, string) ReadMerge(JsonPart merge)
    {
        if (merge.Element.ValueKind == System.Text.Json.JsonValueKind.String)
            return merge.AsText().Split(' ') is [var left, var right] ? (left, right) : throw merge.Wrong("two tokens with a space between");
        return merge.Items().ToArray() is [var first, var second] ? (first.AsText(), second.AsText()) : throw merge.Wrong("two tokens");
    }

    static Unigram ReadUnigram(JsonPart part)
    {
        (string, double)[] pieces = [.. part.Get("vocab").Items().Select(item => item.Items().ToArray() is [var token, var score]
            ? (token.AsText(), score.AsNumber()) : throw item.Wrong("a token and its log-probability"))];
        return part.Checked(() => new Unigram(pieces, part.Find("unk_id")?.AsInteger(), part.Flag("byte_fallback", false)));
    }
}
