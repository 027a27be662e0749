using System.Text.Json;
using Attar.Server.Documents;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record CohereRanking(IReadOnlyList<CohereRank> Results, string Id, CohereMeta Meta);

/// <param name="Id">The document's own id, and <paramref name="Metadata"/>: where the client sent them.</param>
/// <param name="Scored">False where the deadline came first.</param>
sealed record CohereRank(int Index, double RelevanceScore, JsonElement? Id, JsonElement? Metadata, bool? Scored);

/// <param name="Warnings">What a deadline left unscored, what was too long, and whether all scores are the same.</param>
sealed record CohereMeta(CohereVersion ApiVersion, CohereUnits BilledUnits, IReadOnlyList<string>? Warnings)
{
    public static CohereMeta Of(string version, Verdicts verdicts) => new(
        new CohereVersion(version, false),
        new CohereUnits(1),
        verdicts.Warnings.ToArray() is { Length: > 0 } warnings ? warnings : null);
}

sealed record CohereVersion(string Version, bool IsExperimental);

sealed record CohereUnits(int SearchUnits);

/// <summary><c>POST /v2/rerank</c> as Cohere answers it; scores in [0, 1], best first.</summary>
static class CohereRerank
{
    public static void MapCohereRerank(this IEndpointRouteBuilder routes) => routes.MapPost("/v2/rerank", Rerank);

    static async Task<JsonHttpResult<CohereRanking>> Rerank(HttpContext context, ArmRanking ranking, ServerOptions options, OpenStorefront storefront)
    {
        RankRequest request = await RequestFields.Read(context, options, fields => RankRequest.Read(fields, options, storefront.Now));
        Exchange exchange = Exchange.Of(context);
        Verdicts verdicts = (await ranking.Rank(context, request.Model, request.Query, request.Readings, request.IdOf, request.Least, request.TopN)).Verdicts;
        IEnumerable<CohereRank> ranks = request.First(verdicts.Order()).Select(index => new CohereRank(
            index,
            verdicts.Written(index, raw: false),
            request.Documents[index].Id,
            request.Documents[index].Metadata,
            verdicts.Mark(index)));
        return TypedResults.Json(new CohereRanking([.. ranks], exchange.Id, CohereMeta.Of("2", verdicts)), ServerJson.Default.CohereRanking);
    }
}
