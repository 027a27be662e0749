using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Attar.Client;

/// <summary>The shapes of <c>/v1/rerank</c> and <c>/search</c>, as far as the client needs them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TextRequest))]
[JsonSerializable(typeof(ProductRequest))]
[JsonSerializable(typeof(Ranking))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(Refusal))]
sealed partial class ClientJson : JsonSerializerContext;

sealed record TextRequest(string Model, string Query, IReadOnlyList<string> Documents, int TopN, JsonNode? MinScore);

sealed record ProductRequest(string Model, string Query, IReadOnlyList<ProductReference> Documents, int TopN, JsonNode? MinScore);

sealed record ProductReference(string Id);

sealed record SearchAnswer(int Candidates, IReadOnlyList<SearchColumn> Systems);

sealed record SearchColumn(string Name, IReadOnlyList<FoundProduct> Results);

/// <param name="Detail">The server's words: it has them in this field in every shape that the client meets.</param>
sealed record Refusal(string? Detail);
