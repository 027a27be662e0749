using System.Text.Json;
using System.Text.RegularExpressions;
using Attar.Server.Documents;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Object">As llama.cpp and infinity have it.</param>
/// <param name="Data">The same results as Voyage's and Pinecone's clients read them; not for others.</param>
/// <param name="Meta">As Cohere's version 1 has it.</param>
sealed record OpenRanking(string Id, string Object, long Created, string Model, Usage Usage, IReadOnlyList<OpenRank> Results, IReadOnlyList<DataRank>? Data, CohereMeta Meta);

/// <param name="Document">Where asked for: what the client sent, a text as <c>{"text": ...}</c>, for infinity's clients as a string.</param>
/// <param name="Scored">False where the deadline came first, or there is no text.</param>
sealed record OpenRank(int Index, double RelevanceScore, JsonElement? Document, JsonElement? Id, JsonElement? Metadata, bool? Scored);

/// <param name="RelevanceScore">Where Voyage's clients look; <paramref name="Score"/> where Pinecone's do.</param>
/// <param name="Document">For Voyage's clients a string.</param>
sealed record DataRank(int Index, double RelevanceScore, double Score, JsonElement? Document, bool? Scored);

/// <param name="RerankUnits">For Pinecone's clients.</param>
sealed record Usage(int PromptTokens, int TotalTokens, int? RerankUnits = null)
{
    public static Usage Of(int tokens) => new(tokens, tokens);
}

/// <summary>
/// <c>POST /v1/rerank</c>, <c>/v1/reranking</c>, <c>/reranking</c>, and <c>/rerank</c> where the body has <c>documents</c>: one
/// answer with the fields that Cohere's version 1, Jina, vLLM, llama.cpp, infinity, Voyage and Pinecone have. With <c>input</c>
/// it is Mixedbread's.
/// </summary>
static partial class OpenRerank
{
    public static void MapOpenRerank(this IEndpointRouteBuilder routes)
    {
        foreach (string path in (string[])["/v1/rerank", "/v1/reranking", "/reranking"])
            routes.MapPost(path, async Task<Results<JsonHttpResult<OpenRanking>, JsonHttpResult<MixedbreadRanking>>> (HttpContext context, ArmRanking ranking, ServerOptions options, OpenStorefront storefront, TimeProvider clock) =>
            {
                (Request? open, RankRequest? mixedbread) = await RequestFields.Read(context, options, fields => fields.Has("input") && !fields.Has("documents")
                    ? ((Request?)null, (RankRequest?)MixedbreadRerank.Read(fields, options, storefront.Now))
                    : (Read(fields, context.Request, options, storefront.Now), null));
                if (mixedbread is not null) return await MixedbreadRerank.Answer(mixedbread, context, ranking);
                return await Answer(open!, context, ranking, clock);
            });
    }

    internal enum Client
    {
        Usual,

        /// <summary>infinity's send raw_scores in every request, the others never; they read documents as strings.</summary>
        Infinity,

        /// <summary>Known by its fields top_k and truncation, which Python's sends always, or by its models' names.</summary>
        Voyage,

        /// <summary>Known by its headers.</summary>
        Pinecone,
    }

    internal sealed record Request(RankRequest Ranked, Client Client);

    public static Request Read(RequestFields fields, HttpRequest request, ServerOptions options, Storefront storefront)
    {
        RankRequest ranked = RankRequest.Read(fields, options, storefront, raw: true);
        return new Request(ranked,
            fields.Has("raw_scores") ? Client.Infinity
            : request.Headers.ContainsKey("api-key") || request.Headers.ContainsKey("x-pinecone-api-version") ? Client.Pinecone
            : fields.Names("top_k") || fields.Names("truncation") || VoyageModel().IsMatch(ranked.Model ?? "") ? Client.Voyage
            : Client.Usual);
    }

    public static async Task<JsonHttpResult<OpenRanking>> Answer(Request request, HttpContext context, ArmRanking ranking, TimeProvider clock)
    {
        (RankRequest ranked, Client client) = request;
        Exchange exchange = Exchange.Of(context);
        Verdicts verdicts = (await ranking.Rank(context, ranked.Model, ranked.Query, ranked.Readings, ranked.IdOf, ranked.Least, ranked.TopN)).Verdicts;
        int[] first = [.. ranked.First(verdicts.Order())];
        Usage usage = Usage.Of(verdicts.Tokens);
        return TypedResults.Json(
            new OpenRanking(
                exchange.Id,
                client == Client.Infinity ? "rerank" : "list",
                clock.GetUtcNow().ToUnixTimeSeconds(),
                verdicts.Model,
                client == Client.Pinecone ? usage with { RerankUnits = 1 } : usage,
                [.. first.Select(Rank)],
                client is Client.Voyage or Client.Pinecone ? [.. first.Select(Data)] : null,
                CohereMeta.Of("1", verdicts)),
            ServerJson.Default.OpenRanking);

        OpenRank Rank(int index) => new(
            index, verdicts.Written(index, ranked.RawScores), Returned(index, client == Client.Infinity), ranked.Documents[index].Id, ranked.Documents[index].Metadata, verdicts.Mark(index));

        DataRank Data(int index) => new(index, verdicts.Written(index, raw: false), verdicts.Written(index, raw: false), Returned(index, client == Client.Voyage), verdicts.Mark(index));

        JsonElement? Returned(int index, bool plain) => ranked.ReturnDocuments ? OpenRerank.Returned(ranked.Documents[index], plain) : null;
    }

    static JsonElement? Returned(SentDocument document, bool plain) => (document.Sent!.Value.ValueKind, plain) switch
    {
        (JsonValueKind.String, false) => JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["text"] = document.Text! }, ServerJson.Default.DictionaryStringString),
        (JsonValueKind.Object, true) when document.Text is { } text => JsonSerializer.SerializeToElement(text, ServerJson.Default.String),
        _ => document.Sent,
    };

    [GeneratedRegex(@"^rerank-(\d|lite)")]
    private static partial Regex VoyageModel();
}
