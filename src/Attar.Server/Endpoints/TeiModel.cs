using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="ModelType">One label named reranker, from which clients see that <c>/rerank</c> is served.</param>
/// <param name="MaxClientBatchSize">Documents of one request.</param>
sealed record TeiModel(
    string ModelId,
    string ModelDtype,
    TeiModelType ModelType,
    int MaxConcurrentRequests,
    int MaxClientBatchSize,
    int PayloadLimit,
    bool AutoTruncate,
    string Version);

sealed record TeiModelType(TeiLabels Reranker);

sealed record TeiLabels(
    [property: JsonPropertyName("id2label")] IReadOnlyDictionary<string, string> Names,
    [property: JsonPropertyName("label2id")] IReadOnlyDictionary<string, int> Numbers);

/// <summary><c>GET /info</c> as text-embeddings-inference answers it, without what does not apply here.</summary>
static class TeiModelEndpoint
{
    static readonly TeiModelType Reranker = new(new TeiLabels(
        new Dictionary<string, string> { ["0"] = "LABEL_0" },
        new Dictionary<string, int> { ["LABEL_0"] = 0 }));

    public static void MapTeiModel(this IEndpointRouteBuilder routes) => routes.MapGet("/info", Describe);

    static JsonHttpResult<TeiModel> Describe(ServerOptions options) => TypedResults.Json(
        new TeiModel(
            options.Model,
            "float32",
            Reranker,
            options.MaxWaiting + 1,
            options.MaxDocuments,
            options.MaxBody,
            AutoTruncate: true,
            typeof(TeiModel).Assembly.GetName().Version!.ToString(3)),
        ServerJson.Default.TeiModel);
}
