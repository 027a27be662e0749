using System.Text.Json;
using Attar.Server.Documents;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Label">A grade, for a model that has grades.</param>
sealed record TeiPrediction(double Score, string Label);

/// <summary>
/// <c>POST /predict</c> as text-embeddings-inference answers it: the labels of one pair <c>[query, document]</c>, or of a list of
/// pairs, the likeliest label first. A pair that the deadline left out has no labels.
/// </summary>
static class TeiPredict
{
    sealed record Request((string Query, Reading Document)[] Pairs, bool Batch, bool RawScores);

    public static void MapTeiPredict(this IEndpointRouteBuilder routes) => routes.MapPost("/predict", Predict);

    static async Task<Results<JsonHttpResult<TeiPrediction[]>, JsonHttpResult<TeiPrediction[][]>>> Predict(HttpContext context, Scorer scorer, ServerOptions options)
    {
        Request request = await RequestFields.Read(context, options, fields =>
        {
            fields.Flag("truncate");
            bool batch = fields.Find("inputs") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0 || list[0].ValueKind == JsonValueKind.Array;
            (string, Reading)[] pairs = batch
                ? Pairs(fields, "inputs", options.MaxDocuments)
                : fields.Strings("inputs", 2) is [var query, var document] ? [(query, Reading.Of(document))]
                : fields.Fault<(string, Reading)[]>([], "inputs: expected a pair [query, document] or a list of pairs");
            return new Request(pairs, batch, fields.Flag("raw_scores"));
        });
        Classes classes = await scorer.Classify(null, request.Pairs, Exchange.Of(context));
        TeiPrediction[][] predictions = [.. (request.RawScores ? classes.Logits : classes.Probabilities).Select(Labelled)];
        if (request.Batch) return TypedResults.Json(predictions, ServerJson.Default.TeiPredictionArrayArray);
        return TypedResults.Json(predictions[0], ServerJson.Default.TeiPredictionArray);
    }

    static TeiPrediction[] Labelled(double[]? values) =>
        [.. (values ?? []).Select((value, label) => new TeiPrediction(value, Classes.LabelOf(label))).OrderByDescending(prediction => prediction.Score)];

    /// <summary>A list of pairs <c>[query, document]</c>.</summary>
    public static (string Query, Reading Document)[] Pairs(RequestFields fields, string name, int most) =>
        [.. fields.List(name, most, "a pair [query, document] of strings", Pair).Select(pair => (pair[0], Reading.Of(pair[1])))];

    static string[]? Pair(JsonElement item) =>
        item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2 && item.EnumerateArray().All(text => text.ValueKind == JsonValueKind.String)
            ? [item[0].GetString()!, item[1].GetString()!]
            : null;
}
