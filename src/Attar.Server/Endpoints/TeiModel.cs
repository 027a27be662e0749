using System.Text.Json.Serialization;
using Attar.Server.Models;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="ModelType">One label named reranker, from which clients see that <c>/rerank</c> is served; several where the model has grades.</param>
/// <param name="MaxInputLength">Tokens of a pair; longer documents are cut, and queries of more than two thirds of it.</param>
/// <param name="MaxClientBatchSize">Documents of one request.</param>
/// <param name="Models">All names a request may give.</param>
sealed record TeiModel(
    string ModelId,
    string ModelDtype,
    TeiModelType ModelType,
    int MaxConcurrentRequests,
    int MaxInputLength,
    int MaxBatchTokens,
    int MaxClientBatchSize,
    int PayloadLimit,
    bool AutoTruncate,
    string Version,
    IReadOnlyList<string> Models);

sealed record TeiModelType(TeiLabels? Reranker, TeiLabels? Classifier);

sealed record TeiLabels(
    [property: JsonPropertyName("id2label")] IReadOnlyDictionary<string, string> Names,
    [property: JsonPropertyName("label2id")] IReadOnlyDictionary<string, int> Numbers);

/// <summary><c>GET /info</c> as text-embeddings-inference answers it, without what does not apply here.</summary>
static class TeiModelEndpoint
{
    public static void MapTeiModel(this IEndpointRouteBuilder routes) => routes.MapGet("/info", Describe);

    static JsonHttpResult<TeiModel> Describe(ServerOptions options, ModelShelf shelf)
    {
        ServedModel model = shelf.Use(null);
        try
        {
            string[] names = [.. Enumerable.Range(0, model.Model.Labels).Select(Classes.LabelOf)];
            TeiLabels labels = new(names.Index().ToDictionary(name => $"{name.Index}", name => name.Item), names.Index().ToDictionary(name => name.Item, name => name.Index));
            return TypedResults.Json(
                new TeiModel(
                    model.Name,
                    "float32",
                    names.Length == 1 ? new TeiModelType(labels, null) : new TeiModelType(null, labels),
                    options.MaxWaiting + 1,
                    model.Model.Text.Budget,
                    options.TokensOfPass,
                    options.MaxDocuments,
                    options.MaxBody,
                    AutoTruncate: true,
                    typeof(TeiModel).Assembly.GetName().Version!.ToString(3),
                    [.. shelf.Names]),
                ServerJson.Default.TeiModel);
        }
        finally
        {
            model.Release();
        }
    }
}
