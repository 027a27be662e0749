using System.Text.Json;
using Attar.Server.Documents;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="TopK">Results returned; <paramref name="ReturnInput"/> as asked.</param>
sealed record MixedbreadRanking(string Object, string Model, Usage Usage, IReadOnlyList<MixedbreadRank> Data, int TopK, bool ReturnInput);

/// <param name="Input">What the client sent, where asked for.</param>
/// <param name="Scored">False where the deadline came first, or there is no text.</param>
sealed record MixedbreadRank(int Index, double Score, JsonElement? Input, string Object, bool? Scored);

/// <summary><c>POST /v1/reranking</c> with <c>input</c>, as Mixedbread answers it.</summary>
static class MixedbreadRerank
{
    public static RankRequest Read(RequestFields fields, ServerOptions options, Storefront storefront) => RankRequest.Read(fields, options, storefront, "input", "return_input");

    public static async Task<JsonHttpResult<MixedbreadRanking>> Answer(RankRequest request, HttpContext context, ArmRanking ranking)
    {
        Verdicts verdicts = (await ranking.Rank(context, request.Model, request.Query, request.Readings, request.IdOf, request.Least, request.TopN)).Verdicts;
        MixedbreadRank[] ranks = [.. request.First(verdicts.Order()).Select(index => new MixedbreadRank(
            index, verdicts.Written(index, raw: false), request.Documents[index].Sent, "rank_result", verdicts.Mark(index)))];
        return TypedResults.Json(new MixedbreadRanking("list", verdicts.Model, Usage.Of(verdicts.Tokens), ranks, ranks.Length, request.ReturnDocuments), ServerJson.Default.MixedbreadRanking);
    }
}
