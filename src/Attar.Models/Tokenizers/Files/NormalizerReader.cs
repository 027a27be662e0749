using Attar.Models.Tokenizers.Normalizers;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Unicode;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers.Files;

/// <summary>The normalizers of tokenizer.json.</summary>
static class NormalizerReader
{
    const string Known = "BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents";

    public static ITextStep Read(JsonPart part) => part.Text("type") switch
    {
        "Sequence" => new StepSequence([.. part.Get("normalizers").Items().Select(Read)]),
        "BertNormalizer" => ReadBert(part),
        "NFC" => UnicodeForm.Nfc,
        "NFD" => UnicodeForm.Nfd,
        "NFKC" => UnicodeForm.Nfkc,
        "NFKD" => UnicodeForm.Nfkd,
        "Lowercase" => new Lowercase(),
        "StripAccents" => new Removal(Unicode8.IsMark),
        "Strip" => new Strip(part.Flag("strip_left", true), part.Flag("strip_right", true)),
        "Prepend" => new Prepend(part.Text("prepend")),
        "Replace" => ReadReplace(part),
        "Nmt" => new Nmt(),
        "Precompiled" => ReadPrecompiled(part),
        "ByteLevel" => new ByteLevel(),
        _ => throw part.UnknownType(Known),
    };

    static ITextStep ReadBert(JsonPart part)
    {
        bool lowercase = part.Flag("lowercase", true);
        return Bert.Normalizer(part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true), part.Flag("strip_accents", lowercase), lowercase);
    }

    static ITextStep ReadReplace(JsonPart part)
    {
        JsonPart pattern = part.Get("pattern");
        string content = part.Text("content");
        if (pattern.TextOrNull("String") is { } text) return new TextReplacement(text, content);
        return new PatternReplacement(pattern.Checked(() => Oniguruma.Translate(pattern.Text("Regex"))), content);
    }

    static ITextStep ReadPrecompiled(JsonPart part)
    {
        JsonPart map = part.Get("precompiled_charsmap");
        try
        {
            byte[] bytes = Convert.FromBase64String(map.AsText());
            return map.Checked(() => new Precompiled(bytes));
        }
        catch (FormatException)
        {
            throw map.Wrong("base64");
        }
    }
}
