using Attar.Models;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;

namespace Attar.Checking;

/// <summary>A way in which a library may have written pairs.</summary>
/// <param name="Reason">Which of the usual reasons it is; null: as the model's folder says.</param>
/// <param name="Pair">Of a query and a text.</param>
sealed record TextForm(string? Reason, string Words, Func<string, string, TokenPair> Pair)
{
    static readonly int[] lengths = [32, 48, 64, 96, 128, 160, 192, 256, 384, 512, 768, 1024, 2048, 4096, 8192];

    /// <summary>How plain decoders are asked most often.</summary>
    static readonly string[] templates =
    [
        "Query: {query}\nProduct: {product}", "Query: {query}\nDocument: {product}", "query: {query}\ndocument: {product}", "query: {query} document: {product}", "Query: {query} Document: {product}",
        "query: {query} passage: {product}", "Query: {query}\nPassage: {product}", "{query}\n{product}", "{query} {product}",
    ];

    /// <summary>All ways that a model could have been asked, its own first.</summary>
    public static IEnumerable<TextForm> All(PairModel model, Tokenizer tokenizer, PairText own, PairForm form)
    {
        yield return Of(null, "", own);
        yield return new("sides swapped", "they are of the product as the query and the query as the product: give the query first", (query, text) => own.Encode(text, Field(query)));
        yield return new("leading space", "they are of texts with a space before the first word of each side", (query, text) => own.Encode(Spaced(query), Field(Spaced(text))));
        foreach ((string words, PairForm other) in Others(form)) yield return Of("template", words, ModelText.Of(model, tokenizer, other));
        if (model is Encoder { Config.Segments: > 1 } && form is PairForm.TwoTexts { OneSegment: false } told)
            yield return Of("token types", "they are of pairs whose sides are not told apart: give token_type_ids there", ModelText.Of(model, tokenizer, told with { OneSegment = true }));
        foreach (int length in lengths.Where(length => length < model.MaxLength && length != own.Budget).Append(model.MaxLength).Where(length => length != own.Budget))
            if (WithLength(model, tokenizer, form, length) is { } other) yield return Of("length", $"they are of pairs of at most {length} tokens, here of {own.Budget}", other);
        if (form is PairForm.TwoTexts texts) yield return Of("truncation side", Cut(texts.CutsStart), ModelText.Of(model, tokenizer, texts with { CutsStart = !texts.CutsStart }));
        if (form is PairForm.OneText text) yield return Of("truncation side", Cut(text.CutsStart), ModelText.Of(model, tokenizer, text with { CutsStart = !text.CutsStart }));
        if (model is Decoder) yield return new("padding token", "they are read one token too early: pairs end with the padding token, and transformers reads the last token that is none; set pad_token_id in config.json and the tokenizer's padding to another token there", (query, product) => WithoutLast(own.Encode(query, Field(product))));
    }

    static string Spaced(string text) => text == "" ? "" : $" {text}";

    static string Cut(bool start) => $"what is too long is cut at its {(start ? "end" : "beginning")} there, here at its {(start ? "beginning" : "end")} (truncation_side in tokenizer_config.json)";

    static IEnumerable<(string, PairForm)> Others(PairForm form)
    {
        (int? most, bool cuts) = form switch { PairForm.TwoTexts texts => (texts.MaxTokens, texts.CutsStart), PairForm.OneText text => (text.MaxTokens, text.CutsStart), _ => (null, false) };
        if (form is not PairForm.TwoTexts) yield return ("they are of two plain texts as the tokenizer joins them", new PairForm.TwoTexts(most, cuts));
        if (form is PairForm.TwoTexts { QueryPrompt.Length: > 0 } prompted) yield return ("they are of queries without the prompt of config_sentence_transformers.json", prompted with { QueryPrompt = "" });
        if (form is not PairForm.Fields) yield return ("they are of pairs as Attar writes those of models taught by it: \"attar\": {\"template\": \"pair1\"} in config.json", new PairForm.Fields());
        foreach (string template in templates)
        {
            string typed = template.Replace("\n", "\\n");
            PairForm.OneText asked = PairForm.OneText.Of(template) with { MaxTokens = most, CutsStart = cuts };
            if (form is PairForm.OneText { Template: var known } && known == template) continue;
            yield return ($"they are of pairs written as --pair-template '{typed}'", asked);
        }
        if (form is PairForm.OneText one) yield return ($"they are of the same text {(one.Structure ? "without" : "with")} the tokenizer's own special tokens around it", one with { Structure = !one.Structure });
    }

    static PairText? WithLength(PairModel model, Tokenizer tokenizer, PairForm form, int length)
    {
        try
        {
            return ModelText.Of(model, tokenizer, form, length);
        }
        catch (InvalidDataException)
        {
            return null; // no room for a pair
        }
    }

    static TextForm Of(string? reason, string words, PairText text) => new(reason, words, (query, product) => text.Encode(query, Field(product)));

    static TokenPair WithoutLast(TokenPair pair) => pair.Length < 2 ? pair : new(pair.Ids[..^1], pair.Segments[..^1], pair.Overlap[..^1]);

    internal static TextField[] Field(string text) => [new("", text)];
}
