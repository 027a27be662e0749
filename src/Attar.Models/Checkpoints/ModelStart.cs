using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Models.Tokenizers;

namespace Attar.Models.Checkpoints;

/// <summary>What becomes of a model from elsewhere before it is trained here.</summary>
/// <param name="Marks">Of the words that the sides of a pair share. Where the model has no embeddings for them, they begin at zero: at first they change nothing. Null: the model's own, and graded ones for a model that was not made here.</param>
/// <param name="Layers">Keeps so many of its layers, evenly spaced from the first to the last, so that a shallow model starts with knowledge (Sanh et al. 2019, DistilBERT). Null: all.</param>
/// <param name="MaxTokens">Of a pair; null: the model's own, and 64 for a model that was not made here: a title and what comes next. Long descriptions cost much, and where judgments are few a model loses itself in them.</param>
public sealed record ModelStart(OverlapMarks? Marks = null, int? Layers = null, int? MaxTokens = null)
{
    const int TitleAndMore = 64; // tokens

    /// <summary>Each key under which config.json may keep the number of layers.</summary>
    static readonly string[] layerKeys = ["num_hidden_layers", "n_layers"];

    /// <summary>Changes a model's configuration accordingly.</summary>
    /// <returns>For each layer that is kept, which one of the folder's it was; null: all are kept.</returns>
    /// <exception cref="CheckpointException">when the model has fewer layers.</exception>
    internal int[]? Apply(ModelFolder folder)
    {
        bool elsewhere = folder.Part("attar") is null;
        JsonObject own = folder.Extensions;
        if (elsewhere) (own[ConfigKeys.Elsewhere], own["template"]) = (true, PairForms.EndedFields);
        if (Marks is not null || elsewhere) own["overlap"] = ConfigKeys.Describe(Marks ?? OverlapMarks.Graded);
        if ((MaxTokens ?? (elsewhere ? TitleAndMore : null)) is { } tokens) own["max_tokens"] = tokens;
        if (Layers is not { } wanted) return null;
        string key = layerKeys.FirstOrDefault(folder.Config.ContainsKey) ?? layerKeys[0];
        int layers = folder.Size(key);
        if (wanted < 1 || wanted > layers) throw new CheckpointException($"layers: expected 1 to {layers}, as many as the model has, found {wanted}");
        int[] kept = Kept(layers, wanted);
        if (LayerTypes.Of(folder, layers) is { } types) folder.Config["layer_types"] = new JsonArray([.. kept.Select(layer => JsonValue.Create(types[layer]))]);
        TurnedLayers.Keep(folder, layers, kept);
        folder.Config[key] = wanted;
        if (own.ContainsKey("split")) own["split"] = 0;
        return kept;
    }

    /// <summary>Evenly spaced: the first and the last are always among them, for one reads what embeddings give and the other gives what a head reads.</summary>
    internal static int[] Kept(int layers, int wanted) =>
        [.. Enumerable.Range(0, wanted).Select(i => wanted == 1 ? 0 : (int)Math.Round((double)i * (layers - 1) / (wanted - 1), MidpointRounding.AwayFromZero))];
}
