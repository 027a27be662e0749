using System.Text.Json.Serialization;
using Attar.Models.Tokenizers;
using Attar.Server.Models;
using Attar.Server.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Start">Where the token stands in the text: not known here, as in text-embeddings-inference for special tokens.</param>
sealed record TeiToken(
    int Id,
    string Text,
    bool Special,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Start,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Stop);

/// <summary><c>POST /tokenize</c> as text-embeddings-inference answers it: how a model reads texts.</summary>
static class TeiTokenize
{
    public static void MapTeiTokenize(this IEndpointRouteBuilder routes) => routes.MapPost("/tokenize", Tokenize);

    static async Task<JsonHttpResult<TeiToken[][]>> Tokenize(HttpContext context, ServerOptions options, ModelShelf shelf)
    {
        (string[] texts, bool special) = await RequestFields.Read(context, options, fields =>
            (fields.OneOrMore(options.MaxDocuments, "inputs"), fields.Flag("add_special_tokens", preset: true)));
        ServedModel model = shelf.Use(null);
        try
        {
            ITokenizer tokenizer = model.Model.Tokenizer;
            int[] before = special ? Known(SpecialTokens.Start) : [], after = special ? Known(SpecialTokens.Separator) : [];
            TeiToken[][] tokens = [.. texts.Select(text =>
            {
                List<int> ids = [];
                tokenizer.Encode(text, ids);
                return (TeiToken[])[.. before.Select(id => Token(id, true)), .. ids.Select(id => Token(id, false)), .. after.Select(id => Token(id, true))];
            })];
            return TypedResults.Json(tokens, ServerJson.Default.TeiTokenArrayArray);

            int[] Known(string token) => tokenizer.IdOf(token) is >= 0 and int id ? [id] : [];

            TeiToken Token(int id, bool special) => new(id, tokenizer.TokenOf(id), special, null, null);
        }
        finally
        {
            model.Release();
        }
    }
}
