using System.Text.Json.Serialization;
using Attar.Models.Tokenizers;
using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Settings;

namespace Attar.Server.Endpoints;

/// <param name="Start">Where the token stands in the text, in characters; null for special tokens.</param>
sealed record TeiToken(
    int Id,
    string Text,
    bool Special,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Start,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Stop);

/// <summary>
/// <c>POST /tokenize</c> as text-embeddings-inference answers it: how a model reads texts. An answer has some sixty bytes a token,
/// so it is written while the texts are read, and they are short together.
/// </summary>
static class TeiTokenize
{
    const int MostCharacters = 100_000;

    public static void MapTeiTokenize(this IEndpointRouteBuilder routes) => routes.MapPost("/tokenize", Tokenize);

    static async Task Tokenize(HttpContext context, ServerOptions options, ModelShelf shelf)
    {
        (string[] texts, bool special) = await RequestFields.Read(context, options, fields =>
            (fields.OneOrMore(options.MaxDocuments, "inputs"), fields.Flag("add_special_tokens", preset: true)));
        int characters = texts.Sum(text => text.Length);
        if (characters > MostCharacters) throw new RequestRefused(Refusal.TooLarge, $"inputs: {characters} characters are too many; at most {MostCharacters} a request");
        ServedModel model = shelf.Use(null);
        try
        {
            await context.Response.WriteAsJsonAsync(
                texts.Select(text => Tokens(text, model.Model.Tokenize(text, special), model.Model)), ServerJson.Default.IEnumerableIEnumerableTeiToken, cancellationToken: context.RequestAborted);
        }
        finally
        {
            model.Release();
        }
    }

    static IEnumerable<TeiToken> Tokens(string text, TokenizedText read, IScoringModel model)
    {
        int[] characters = CharactersBefore(text);
        return read.Ids.Select((id, i) => read.Structure[i]
            ? new TeiToken(id, model.TokenOf(id), true, null, null)
            : new TeiToken(id, model.TokenOf(id), false, characters[read.Offsets[i].Start], characters[read.Offsets[i].End]));
    }

    /// <summary>From places in UTF-16 units to places in characters, as clients in other languages count.</summary>
    static int[] CharactersBefore(string text)
    {
        int[] before = new int[text.Length + 1];
        for (int i = 0; i < text.Length; i++) before[i + 1] = before[i] + (char.IsLowSurrogate(text[i]) ? 0 : 1);
        return before;
    }
}
