using System.Text.Json;
using Attar.Models.Tokenizers.Decoding;
using Attar.Models.Tokenizers.Models;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Tokens;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers.Files;

/// <summary>What a tokenizer consists of.</summary>
/// <param name="Normalizer">Null where the text stays as it is.</param>
/// <param name="PreTokenizer">Null where the text is one piece.</param>
/// <param name="Decoder">Null where tokens are joined by spaces.</param>
sealed record TokenizerParts(ITokenModel Model, ITextStep? Normalizer, ITextStep? PreTokenizer, IReadOnlyList<AddedToken> Added, PairStructure Structure, OffsetTrim? Trim, ITokenDecoder? Decoder);

/// <summary>Reads <c>tokenizer.json</c>. Truncation and padding are left to the caller, whatever the file says of them.</summary>
/// <remarks>https://huggingface.co/docs/tokenizers</remarks>
static class TokenizerJson
{
    /// <param name="file">For messages.</param>
    /// <exception cref="InvalidDataException">The content is broken or of an unknown type; the message names file and place.</exception>
    public static TokenizerParts Read(ReadOnlyMemory<byte> content, string file)
    {
        try
        {
            using JsonDocument document = JsonTexts.Parse(content);
            return Read(new JsonPart(document.RootElement, file, ""));
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{file}:{fault.LineNumber + 1}: expected a tokenizer in JSON: {fault.Message}; download the file again", fault);
        }
    }

    static TokenizerParts Read(JsonPart root)
    {
        ITokenModel model = ModelReader.Read(root.Get("model"));
        ITextStep? preTokenizer = root.Find("pre_tokenizer") is { } pre ? PreTokenizerReader.Read(pre) : null;
        if (preTokenizer is null && model is Bpe { DependsOnPlace: false } && new UncrossedSplit('▁') is var words && words.IsSafeFor(model)) preTokenizer = words;
        var (structure, trim) = StructureReader.Read(root.Find("post_processor"));
        return new TokenizerParts(model,
            root.Find("normalizer") is { } normalizer ? NormalizerReader.Read(normalizer) : null,
            preTokenizer,
            [.. root.Find("added_tokens")?.Items().Select(ReadAdded) ?? []],
            structure, trim,
            root.Find("decoder") is { } decoder ? DecoderReader.Read(decoder) : null);
    }

    static AddedToken ReadAdded(JsonPart part)
    {
        int id = part.Integer("id");
        if (id < 0) throw part.Get("id").Wrong("an id from 0 on");
        bool special = part.Flag("special", false);
        return new AddedToken(id, part.Text("content"), part.Flag("single_word", false), part.Flag("lstrip", false), part.Flag("rstrip", false), part.Flag("normalized", !special), special);
    }
}
