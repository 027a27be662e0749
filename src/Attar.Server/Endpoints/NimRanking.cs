using Attar.Server.Documents;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record NimRankings(IReadOnlyList<NimRank> Rankings, Usage Usage);

/// <param name="Scored">False where the deadline came first, or there is no text.</param>
sealed record NimRank(int Index, double Logit, bool? Scored);

/// <summary><c>POST /v1/ranking</c> as NVIDIA's NIM answers it: query and passages are objects with <c>text</c>, scores are logits, best first.</summary>
static class NimRanking
{
    sealed record Request(string? Model, string Query, SentDocument[] Passages, MinScore? Least);

    public static void MapNimRanking(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/ranking", Rank);

    static async Task<JsonHttpResult<NimRankings>> Rank(HttpContext context, ArmRanking ranking, ServerOptions options, OpenStorefront storefront)
    {
        Request request = await RequestFields.Read(context, options, fields => new Request(
            fields.Name("model"), fields.Text("query", "text"), SentDocument.List(fields, "passages", options.MaxDocuments, null, storefront.Now, keep: false), fields.Least(raw: true) ?? options.Least));
        Verdicts verdicts = (await ranking.Rank(context, request.Model, request.Query, [.. request.Passages.Select(passage => passage.Reading)], index => request.Passages[index].IdOr(index), request.Least)).Verdicts;
        return TypedResults.Json(
            new NimRankings([.. verdicts.Order().Select(index => new NimRank(index, verdicts.Written(index, raw: true), verdicts.Mark(index)))], Usage.Of(verdicts.Tokens)),
            ServerJson.Default.NimRankings);
    }
}
