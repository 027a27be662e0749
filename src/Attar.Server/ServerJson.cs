using System.Text.Json.Serialization;
using Attar.Server.Endpoints;

namespace Attar.Server;

/// <summary>Every shape the server writes. Names are snake_case, as in the interfaces it follows.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(FloatConverter)])]
[JsonSerializable(typeof(TeiRank[]))]
[JsonSerializable(typeof(TeiModel))]
[JsonSerializable(typeof(TeiError))]
[JsonSerializable(typeof(CohereRanking))]
[JsonSerializable(typeof(CohereRankingV1))]
[JsonSerializable(typeof(CohereError))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(CatalogueAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class ServerJson : JsonSerializerContext;
