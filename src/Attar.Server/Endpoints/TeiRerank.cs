using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Text">Only where the client asked for texts.</param>
sealed record TeiRank(int Index, string? Text, double Score);

/// <summary><c>POST /rerank</c> as text-embeddings-inference answers it: a bare list, best first.</summary>
static class TeiRerank
{
    sealed record Request(string Query, string[] Texts, bool RawScores, bool ReturnText);

    public static void MapTeiRerank(this IEndpointRouteBuilder routes) => routes.MapPost("/rerank", Rerank);

    static async Task<JsonHttpResult<TeiRank[]>> Rerank(HttpContext context, Engine engine, ServerOptions options)
    {
        Request request = await RequestFields.Read(context, options, fields =>
        {
            fields.Flag("truncate"); // long texts are always cut to what the student reads
            return new Request(
                fields.Text("query"),
                fields.List("texts", options.MaxDocuments, "a string", item => item.ValueKind == JsonValueKind.String ? item.GetString() : null),
                fields.Flag("raw_scores"),
                fields.Flag("return_text"));
        });
        float[] scores = await engine.Score(request.Query, request.Texts, context.RequestAborted);
        TeiRank[] ranks =
        [
            .. Ranking.Order(scores).Select(index => new TeiRank(
                index,
                request.ReturnText ? request.Texts[index] : null,
                request.RawScores ? scores[index] : Ranking.Sigmoid(scores[index]))),
        ];
        return TypedResults.Json(ranks, ServerJson.Default.TeiRankArray);
    }
}
