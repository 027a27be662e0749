using System.Globalization;
using Attar.Server.Documents;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Text">Only where the client asked for texts.</param>
/// <param name="Scored">False where the deadline came first.</param>
sealed record TeiRank(int Index, string? Text, double Score, bool? Scored);

/// <summary><c>POST /rerank</c>: with <c>texts</c> as text-embeddings-inference answers it, a bare list, best first; with <c>documents</c> as the others do.</summary>
static class TeiRerank
{
    sealed record Request(string Query, string[] Texts, bool RawScores, bool ReturnText, MinScore? Least);

    public static void MapTeiRerank(this IEndpointRouteBuilder routes) => routes.MapPost("/rerank", Rerank);

    static async Task<Results<JsonHttpResult<TeiRank[]>, JsonHttpResult<OpenRanking>>> Rerank(
        HttpContext context, ArmRanking ranking, ServerOptions options, OpenStorefront storefront, TimeProvider clock)
    {
        (Request? tei, OpenRerank.Request? open) = await RequestFields.Read(context, options, fields =>
        {
            if (!fields.Has("documents") || fields.Has("texts")) return ((Request?)Read(fields, options), (OpenRerank.Request?)null);
            context.Features.Set(new BodyShape(ErrorShape.Shared));
            return (null, OpenRerank.Read(fields, context.Request, options, storefront.Now));
        });
        if (open is not null) return await OpenRerank.Answer(open, context, ranking, clock);
        Verdicts verdicts = (await ranking.Rank(context, null, tei!.Query, [.. tei.Texts.Select(Reading.Of)], index => index.ToString(CultureInfo.InvariantCulture), tei.Least)).Verdicts;
        return TypedResults.Json<TeiRank[]>(
            [
                .. verdicts.Order().Select(index => new TeiRank(
                    index,
                    tei.ReturnText ? tei.Texts[index] : null,
                    verdicts.Written(index, tei.RawScores),
                    verdicts.Mark(index))),
            ],
            ServerJson.Default.TeiRankArray);
    }

    static Request Read(RequestFields fields, ServerOptions options)
    {
        fields.Flag("truncate"); // long texts are always cut to what the model reads
        bool raw = fields.Flag("raw_scores");
        return new Request(fields.Text("query"), fields.Strings("texts", options.MaxDocuments), raw, fields.Flag("return_text"), fields.Least(raw) ?? options.Least);
    }
}
