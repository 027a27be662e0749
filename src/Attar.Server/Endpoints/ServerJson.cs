using System.Text.Json.Serialization;

namespace Attar.Server.Endpoints;

/// <summary>Every shape the server writes. Names are snake_case, as in the interfaces it follows.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(FloatConverter)])]
[JsonSerializable(typeof(CohereRanking))]
[JsonSerializable(typeof(OpenRanking))]
[JsonSerializable(typeof(MixedbreadRanking))]
[JsonSerializable(typeof(NimRankings))]
[JsonSerializable(typeof(TeiRank[]))]
[JsonSerializable(typeof(TeiPrediction[]))]
[JsonSerializable(typeof(TeiPrediction[][]))]
[JsonSerializable(typeof(IEnumerable<IEnumerable<TeiToken>>))]
[JsonSerializable(typeof(TeiModel))]
[JsonSerializable(typeof(VllmScores))]
[JsonSerializable(typeof(VllmClasses))]
[JsonSerializable(typeof(ListedModels))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(WhyAnswer))]
[JsonSerializable(typeof(CatalogueAnswer))]
[JsonSerializable(typeof(ReloadAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(UbiAnswer))]
[JsonSerializable(typeof(TeiError))]
[JsonSerializable(typeof(CohereError))]
[JsonSerializable(typeof(VllmError))]
[JsonSerializable(typeof(SharedError))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(string))]
sealed partial class ServerJson : JsonSerializerContext;
