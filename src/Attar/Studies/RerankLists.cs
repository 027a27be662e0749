using System.Text.Json.Serialization;
using Attar.Data;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;

namespace Attar.Studies;

/// <summary>One rerank request, tokenised: what is left is the model's work.</summary>
public sealed record RerankList(string QueryId, IReadOnlyList<TokenPair> Pairs);

/// <summary>
/// Rerank requests and their scores as files, a JSON object a line: <c>{"query_id":"q1","pairs":[{"input_ids":[2,17,3,17,3],"token_type_ids":[0,0,0,1,1]}]}</c>
/// and <c>{"query_id":"q1","scores":[0.5]}</c>.
/// </summary>
public static class RerankLists
{
    const string Example = """{"query_id":"q1","pairs":[{"input_ids":[2,17,3,17,3],"token_type_ids":[0,0,0,1,1]}]}""";

    public static void Write(string path, IEnumerable<RerankList> lists) =>
        JsonLines.Write(path, lists.Select(list => new ListLine(list.QueryId, [.. list.Pairs.Select(pair => new PairLine(pair.Ids, [.. pair.Segments.Select(side => (int)side)]))])), RerankJson.Default.ListLine);

    /// <summary>Requests as a server's clients send them: <c>{"query":"...","documents":[{"id":"...","title":"..."}]}</c>, to be sent by <c>attar bench serve</c>.</summary>
    public static void WriteRequests(string path, IEnumerable<(Query Query, IReadOnlyList<Product> Products)> lists) =>
        JsonLines.Write(path, lists.Select(list => new RequestLine(list.Query.Text, list.Products)), RerankJson.Default.RequestLine);

    /// <param name="scores">Of each list, in the order of its pairs.</param>
    public static void WriteScores(string path, IReadOnlyList<RerankList> lists, IReadOnlyList<float[]> scores) =>
        JsonLines.Write(path, lists.Zip(scores, (list, own) => new ScoresLine(list.QueryId, own)), RerankJson.Default.ScoresLine);

    /// <summary>Reads requests for a model; which words stand on both sides is found anew from the ids.</summary>
    /// <param name="text">The model's way to write pairs.</param>
    /// <exception cref="InputException">naming each line that is no request, or that the model could not score.</exception>
    public static List<RerankList> Read(string path, EncoderConfig model, PairText text)
    {
        var faults = new FaultList();
        var lists = new List<RerankList>();
        JsonLines.Read(path, RerankJson.Default.ListLine, Example, faults, (line, where) =>
        {
            string? fault = line.Pairs.Length == 0 ? "no pairs; expected at least one; remove the line" : null;
            for (int i = 0; i < line.Pairs.Length && fault is null; i++)
                if (FaultOf(line.Pairs[i], model) is { } wrong) fault = $"pair {i + 1} {wrong}";
            if (fault is not null) faults.Add(where, fault);
            else lists.Add(new RerankList(line.QueryId, [.. line.Pairs.Select(pair => text.Marked(pair.InputIds, pair.TokenTypeIds.Count(side => side == 0)))]));
        });
        faults.ThrowIfAny();
        return lists;
    }

    static string? FaultOf(PairLine pair, EncoderConfig model)
    {
        int[] ids = pair.InputIds, sides = pair.TokenTypeIds;
        int unknown = Array.FindIndex(ids, id => id < 0 || id >= model.VocabularySize), query = sides.TakeWhile(side => side == 0).Count();
        return ids.Length == 0 || ids.Length > model.MaxPositions ? $"has {ids.Length} tokens; expected 1 to {model.MaxPositions}, as many as the model reads; make the lists with this model"
            : unknown >= 0 ? $"has token {ids[unknown]}; expected 0 to {model.VocabularySize - 1}, the model's vocabulary; make the lists with this model"
            : sides.Length != ids.Length ? $"has {ids.Length} input_ids and {sides.Length} token_type_ids; expected as many; correct it"
            : sides.Skip(query).Any(side => side != 1) ? "has token_type_ids out of order; expected zeros for the query, then ones for the product; correct it"
            : null;
    }
}

sealed record ListLine(string QueryId, PairLine[] Pairs);

sealed record RequestLine(string Query, IReadOnlyList<Product> Documents);

sealed record PairLine(int[] InputIds, int[] TokenTypeIds);

sealed record ScoresLine(string QueryId, float[] Scores);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ListLine))]
[JsonSerializable(typeof(ScoresLine))]
[JsonSerializable(typeof(RequestLine))]
sealed partial class RerankJson : JsonSerializerContext;
