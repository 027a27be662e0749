using System.Text.Json;
using Attar.Server.Documents;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Object">As llama.cpp and infinity have it.</param>
/// <param name="Meta">As Cohere's version 1 has it.</param>
sealed record OpenRanking(string Id, string Object, long Created, string Model, Usage Usage, IReadOnlyList<OpenRank> Results, CohereMeta Meta);

/// <param name="Document">Where asked for: what the client sent, a text as <c>{"text": ...}</c>, for infinity's clients as a string.</param>
/// <param name="Scored">False where the deadline came first.</param>
sealed record OpenRank(int Index, double RelevanceScore, JsonElement? Document, JsonElement? Id, JsonElement? Metadata, bool? Scored);

sealed record Usage(int PromptTokens, int TotalTokens)
{
    public static Usage Of(int tokens) => new(tokens, tokens);
}

/// <summary>
/// <c>POST /v1/rerank</c>, <c>/v1/reranking</c>, <c>/reranking</c>, and <c>/rerank</c> where the body has <c>documents</c>: one
/// answer with the fields that Cohere's version 1, Jina, vLLM, llama.cpp and infinity have.
/// </summary>
static class OpenRerank
{
    public static void MapOpenRerank(this IEndpointRouteBuilder routes)
    {
        foreach (string path in (string[])["/v1/rerank", "/v1/reranking", "/reranking"])
            routes.MapPost(path, async Task<JsonHttpResult<OpenRanking>> (HttpContext context, Scorer scorer, ServerOptions options, OpenStorefront storefront, TimeProvider clock) =>
                await Answer(await RequestFields.Read(context, options, fields => Read(fields, options, storefront.Now)), context, scorer, clock));
    }

    /// <param name="PlainDocuments">infinity's clients send raw_scores in every request, the others never.</param>
    internal sealed record Request(RankRequest Ranked, bool PlainDocuments);

    public static Request Read(RequestFields fields, ServerOptions options, Storefront storefront) =>
        new(RankRequest.Read(fields, options, storefront), fields.Has("raw_scores"));

    public static async Task<JsonHttpResult<OpenRanking>> Answer(Request request, HttpContext context, Scorer scorer, TimeProvider clock)
    {
        (RankRequest ranked, bool plain) = request;
        Exchange exchange = Exchange.Of(context);
        Verdicts verdicts = await scorer.Score(ranked.Model, ranked.Query, [.. ranked.Documents.Select(document => document.Reading)], exchange);
        IEnumerable<OpenRank> ranks = verdicts.Order().Select(index => new OpenRank(
            index,
            verdicts.Written(index, ranked.RawScores),
            ranked.ReturnDocuments ? Returned(ranked.Documents[index], plain) : null,
            ranked.Documents[index].Id,
            ranked.Documents[index].Metadata,
            verdicts.Mark(index)));
        if (ranked.TopN > 0) ranks = ranks.Take(ranked.TopN);
        return TypedResults.Json(
            new OpenRanking(exchange.Id, plain ? "rerank" : "list", clock.GetUtcNow().ToUnixTimeSeconds(), verdicts.Model, Usage.Of(verdicts.Tokens), [.. ranks], CohereMeta.Of("1", verdicts)),
            ServerJson.Default.OpenRanking);
    }

    static JsonElement? Returned(SentDocument document, bool plain) => (document.Sent!.Value.ValueKind, plain) switch
    {
        (JsonValueKind.String, false) => JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["text"] = document.Text! }, ServerJson.Default.DictionaryStringString),
        (JsonValueKind.Object, true) when document.Text is { } text => JsonSerializer.SerializeToElement(text, ServerJson.Default.String),
        _ => document.Sent,
    };
}
