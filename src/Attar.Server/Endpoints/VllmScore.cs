using Attar.Server.Documents;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record VllmScores(string Id, string Object, long Created, string Model, IReadOnlyList<VllmScoreData> Data, Usage Usage);

/// <param name="Scored">False where the deadline came first.</param>
sealed record VllmScoreData(int Index, string Object, double Score, bool? Scored);

/// <summary>
/// <c>POST /score</c> and <c>/v1/score</c> as vLLM answers them: pairs in the order given, of one text with many or of two lists.
/// The texts are named <c>text_1</c> and <c>text_2</c>, or <c>queries</c> and <c>documents</c>, as its newer clients do.
/// </summary>
static class VllmScore
{
    sealed record Request(string? Model, (string Query, Reading Document)[] Pairs);

    public static void MapVllmScore(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/score", Score);
        routes.MapPost("/v1/score", Score);
    }

    static async Task<JsonHttpResult<VllmScores>> Score(HttpContext context, Scorer scorer, ServerOptions options, TimeProvider clock)
    {
        Request request = await RequestFields.Read(context, options, fields =>
        {
            string[] queries = fields.OneOrMore(options.MaxDocuments, "text_1", "queries", "data_1"), documents = fields.OneOrMore(options.MaxDocuments, "text_2", "documents", "items", "data_2");
            if (queries.Length > 1 && queries.Length != documents.Length && documents.Length > 0)
                fields.Fault(0, $"text_1: {queries.Length} texts; expected one, or as many as the {documents.Length} of text_2");
            return new Request(fields.Name("model"), queries.Length == 0 ? [] : [.. documents.Select((document, i) => (queries[Math.Min(i, queries.Length - 1)], Reading.Of(document)))]);
        });
        Exchange exchange = Exchange.Of(context);
        Verdicts verdicts = await scorer.Score(request.Model, request.Pairs, exchange);
        return TypedResults.Json(
            new VllmScores(
                "score-" + exchange.Id,
                "list",
                clock.GetUtcNow().ToUnixTimeSeconds(),
                verdicts.Model,
                [.. verdicts.Scores.Select((_, index) => new VllmScoreData(index, "score", verdicts.Written(index, raw: false), verdicts.Mark(index)))],
                Usage.Of(verdicts.Tokens)),
            ServerJson.Default.VllmScores);
    }
}
