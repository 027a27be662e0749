using System.Text.Json;
using System.Text.Json.Serialization;
using Attar.Server.Documents;
using Attar.Server.Requests;
using Attar.Server.Scoring;
using Attar.Server.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

sealed record VllmClasses(string Id, string Object, long Created, string Model, IReadOnlyList<VllmClass> Data, Usage Usage);

/// <param name="Label">The likeliest; null, with empty <paramref name="Probs"/>, where the deadline came first.</param>
sealed record VllmClass(int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Label, double[] Probs, int NumClasses, bool? Scored);

/// <summary>
/// <c>POST /classify</c> as vLLM answers it: the teacher's distribution over grades. The model reads pairs, so <c>input</c> is a list
/// of pairs <c>[query, document]</c>, or of documents beside one <c>query</c>.
/// </summary>
static class VllmClassify
{
    sealed record Request(string? Model, (string Query, Reading Document)[] Pairs);

    public static void MapVllmClassify(this IEndpointRouteBuilder routes) => routes.MapPost("/classify", Classify);

    static async Task<JsonHttpResult<VllmClasses>> Classify(HttpContext context, Scorer scorer, ServerOptions options, TimeProvider clock)
    {
        Request request = await RequestFields.Read(context, options, fields =>
        {
            if (!fields.Has("query") && fields.Find("input") is { ValueKind: JsonValueKind.Array })
                return new Request(fields.Name("model"), TeiPredict.Pairs(fields, "input", options.MaxDocuments));
            string query = fields.Text("query");
            return new Request(fields.Name("model"), [.. fields.OneOrMore(options.MaxDocuments, "input").Select(text => (query, Reading.Of(text)))]);
        });
        Exchange exchange = Exchange.Of(context);
        Classes classes = await scorer.Classify(request.Model, request.Pairs, exchange);
        return TypedResults.Json(
            new VllmClasses("classify-" + exchange.Id, "list", clock.GetUtcNow().ToUnixTimeSeconds(), classes.Model, [.. classes.Probabilities.Select(Describe)], Usage.Of(classes.Tokens)),
            ServerJson.Default.VllmClasses);

        VllmClass Describe(double[]? probabilities, int index) => probabilities is null
            ? new VllmClass(index, null, [], classes.Labels, false)
            : new VllmClass(index, Classes.LabelOf(Array.IndexOf(probabilities, probabilities.Max())), probabilities, classes.Labels, null);
    }
}
