using System.Text.Json.Nodes;

namespace Attar.Models.Files;

/// <summary>In which layers of a SmolLM3 positions turn queries and keys: <c>no_rope_layers</c> of config.json, where 1, other than its name says, is a layer in which they do, or all but each <c>no_rope_layer_interval</c>-th.</summary>
static class TurnedLayers
{
    const string Key = "no_rope_layers";

    /// <returns>Null where they do in every layer.</returns>
    /// <exception cref="CheckpointException">when the list is none of so many layers.</exception>
    public static bool[]? Of(ModelFolder f, int layers)
    {
        if (f.Text("model_type", "") != "smollm3") return null;
        int every = f.Size("no_rope_layer_interval", 4);
        if (f.Config[Key] is not { } list) return [.. Enumerable.Range(1, layers).Select(layer => layer % every != 0)];
        return list is JsonArray { Count: var count } turned && count == layers && turned.All(value => value?.ToJsonString() is "0" or "1")
            ? [.. turned.Select(value => value!.ToJsonString() == "1")]
            : throw f.Refused(Key, $"0 or 1 for each of {layers} layers");
    }

    /// <summary>Says it of the layers that are kept.</summary>
    public static void Keep(ModelFolder f, int layers, int[] kept)
    {
        if (Of(f, layers) is { } turned) f.Config[Key] = new JsonArray([.. kept.Select(layer => JsonValue.Create(turned[layer] ? 1 : 0))]);
    }
}
