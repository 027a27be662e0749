using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record CohereRanking(IReadOnlyList<CohereRank> Results, string Id, CohereMeta Meta);

/// <summary>Version 1 as Cohere, Jina and vLLM answer it: the same, and which model it was.</summary>
sealed record CohereRankingV1(IReadOnlyList<CohereRank> Results, string Id, string Model, CohereMeta Meta);

/// <param name="Document">What the client sent, text as <c>{"text": ...}</c>; only in version 1, and where asked for.</param>
sealed record CohereRank(int Index, double RelevanceScore, JsonElement? Document);

sealed record CohereMeta(CohereVersion ApiVersion, CohereUnits BilledUnits)
{
    public static CohereMeta Of(string version) => new(new CohereVersion(version, false), new CohereUnits(1));
}

sealed record CohereVersion(string Version, bool IsExperimental);

sealed record CohereUnits(int SearchUnits);

/// <summary><c>POST /v2/rerank</c> and <c>/v1/rerank</c> as Cohere answers them; scores in [0, 1], best first.</summary>
static class CohereRerank
{
    sealed record Document(string Text, JsonElement Sent);

    sealed record Request(string Query, Document[] Documents, int TopN, bool ReturnDocuments);

    public static void MapCohereRerank(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v2/rerank", RerankV2);
        routes.MapPost("/v1/rerank", RerankV1);
    }

    static async Task<JsonHttpResult<CohereRanking>> RerankV2(HttpContext context, Engine engine, ServerOptions options)
    {
        Request request = await RequestFields.Read(context, options, fields => Read(fields, options));
        IReadOnlyList<CohereRank> results = await Rank(request with { ReturnDocuments = false }, engine, context.RequestAborted);
        return TypedResults.Json(new CohereRanking(results, NewId(), CohereMeta.Of("2")), ServerJson.Default.CohereRanking);
    }

    static async Task<JsonHttpResult<CohereRankingV1>> RerankV1(HttpContext context, Engine engine, ServerOptions options)
    {
        Request request = await RequestFields.Read(context, options, fields => Read(fields, options));
        IReadOnlyList<CohereRank> results = await Rank(request, engine, context.RequestAborted);
        return TypedResults.Json(new CohereRankingV1(results, NewId(), options.Model, CohereMeta.Of("1")), ServerJson.Default.CohereRankingV1);
    }

    static Request Read(RequestFields fields, ServerOptions options)
    {
        bool chosen = fields.Has("rank_fields");
        string[] rankFields = chosen
            ? fields.List("rank_fields", 100, "a string", item => item.ValueKind == JsonValueKind.String ? item.GetString() : null)
            : ["text"];
        string expected = chosen ? "a string or an object with one of rank_fields" : "a string or an object with text";
        return new Request(
            fields.Text("query"),
            fields.List("documents", options.MaxDocuments, expected, item => ReadDocument(item, rankFields)),
            fields.Count("top_n"),
            fields.Flag("return_documents"));
    }

    /// <summary>A string as it is; of an object the fields to rank by, a line each. Null where it has none of them.</summary>
    static Document? ReadDocument(JsonElement item, string[] rankFields)
    {
        if (item.ValueKind == JsonValueKind.String) return new Document(item.GetString()!, item.Clone());
        if (item.ValueKind != JsonValueKind.Object) return null;
        List<string> lines = [];
        foreach (string field in rankFields)
            if (item.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
                lines.Add(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        return lines.Count == 0 ? null : new Document(string.Join('\n', lines), item.Clone());
    }

    static async Task<IReadOnlyList<CohereRank>> Rank(Request request, Engine engine, CancellationToken gone)
    {
        float[] scores = await engine.Score(request.Query, [.. request.Documents.Select(document => document.Text)], gone);
        IEnumerable<int> order = Ranking.Order(scores);
        if (request.TopN > 0) order = order.Take(request.TopN);
        return
        [
            .. order.Select(index => new CohereRank(
                index,
                Ranking.Sigmoid(scores[index]),
                request.ReturnDocuments ? Returned(request.Documents[index]) : null)),
        ];
    }

    static JsonElement Returned(Document document) => document.Sent.ValueKind == JsonValueKind.Object
        ? document.Sent
        : JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["text"] = document.Text }, ServerJson.Default.DictionaryStringString);

    static string NewId() => Guid.NewGuid().ToString();
}
