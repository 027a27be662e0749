using Attar.Data;

namespace Attar.Labeling.Exchange;

/// <summary>Forms in which other projects keep a teacher's scores.</summary>
public enum LabelFormat
{
    /// <summary>Tab-separated <c>pos_score neg_score query_id pos_id neg_id</c>, without a header.</summary>
    NeuralRankingKd,

    /// <summary>JSON lines <c>{"query","pos":[],"neg":[],"pos_scores":[],"neg_scores":[]}</c> of texts.</summary>
    FlagEmbedding,
}

/// <summary>A line of FlagEmbedding's training data, with the identifiers, which it passes over, so that labels come back to products with the same text.</summary>
sealed record FlagEmbeddingLine(
    [property: System.Text.Json.Serialization.JsonPropertyName("query")] string Query,
    [property: System.Text.Json.Serialization.JsonPropertyName("pos")] string[] Pos,
    [property: System.Text.Json.Serialization.JsonPropertyName("neg")] string[] Neg,
    [property: System.Text.Json.Serialization.JsonPropertyName("pos_scores")] double[]? PosScores = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("neg_scores")] double[]? NegScores = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("query_id")] string? QueryId = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("pos_ids")] string[]? PosIds = null,
    [property: System.Text.Json.Serialization.JsonPropertyName("neg_ids")] string[]? NegIds = null)
{
    public const string Example = """{"query":"oak table","pos":["Oak table"],"neg":["Lamp"],"pos_scores":[1.5],"neg_scores":[-2]}""";

    /// <summary>How a product is written there.</summary>
    public static string TextOf(Product product) => string.Join(' ', ProductText.Searchable(product).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
