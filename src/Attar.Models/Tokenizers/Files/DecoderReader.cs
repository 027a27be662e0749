using Attar.Models.Tokenizers.Decoding;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers.Files;

/// <summary>The decoders of tokenizer.json.</summary>
static class DecoderReader
{
    const string Known = "BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece";

    public static ITokenDecoder Read(JsonPart part) => part.Text("type") switch
    {
        "Sequence" => new DecoderSequence([.. part.Get("decoders").Items().Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "WordPiece" => TokenwiseDecoders.WordPiece(part.TextOrNull("prefix") ?? "##", part.Flag("cleanup", true)),
        "Metaspace" => TokenwiseDecoders.Metaspace(part.Character("replacement", '▁'), part.TextOrNull("prepend_scheme") != "never" && part.Flag("add_prefix_space", true)),
        "BPEDecoder" => TokenwiseDecoders.Bpe(part.TextOrNull("suffix") ?? "</w>"),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Strip" => TokenwiseDecoders.Strip(part.Character("content", ' '), part.Integer("start", 0), part.Integer("stop", 0)),
        "Replace" => ReadReplace(part),
        _ => throw part.UnknownType(Known),
    };

    static ITokenDecoder ReadReplace(JsonPart part)
    {
        JsonPart pattern = part.Get("pattern");
        string content = part.Text("content");
        if (pattern.TextOrNull("String") is { } text) return TokenwiseDecoders.Replace(token => text.Length == 0 ? token : token.Replace(text, content));
        var regex = pattern.Checked(() => Oniguruma.Translate(pattern.Text("Regex")));
        return TokenwiseDecoders.Replace(token => regex.Replace(token, content.Replace("$", "$$")));
    }
}
