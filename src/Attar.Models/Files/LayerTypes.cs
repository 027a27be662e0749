namespace Attar.Models.Files;

/// <summary>Which layers of a model see all tokens and which only near ones: <c>layer_types</c> of config.json, or the rule of an architecture whose folders leave it out.</summary>
static class LayerTypes
{
    const string Full = "full_attention", Near = "sliding_attention";

    /// <returns>A type for each layer; null where all see all.</returns>
    /// <exception cref="CheckpointException">when layer_types is none of so many layers.</exception>
    public static string[]? Of(ModelFolder f, int layers)
    {
        if (f.Texts("layer_types") is { } types)
            return types.Length == layers && types.All(type => type is Full or Near) ? types : throw f.Refused("layer_types", $"{Full} or {Near} for each of {layers} layers");
        Func<int, bool>? seesAll = f.Text("model_type", "") switch
        {
            "modernbert" when f.Size("global_attn_every_n_layers", 3) is var every => i => i % every == 0,
            "gemma2" => i => i % 2 == 1,
            "gemma3_text" when f.Size("sliding_window_pattern", f.Size("_sliding_window_pattern", 6)) is var every => i => (i + 1) % every == 0,
            "qwen2" or "qwen3" when f.Flag("use_sliding_window", false) && f.Integer("max_window_layers", 28) is var first => i => i < first,
            _ => null,
        };
        return seesAll is null ? null : [.. Enumerable.Range(0, layers).Select(i => seesAll(i) ? Full : Near)];
    }

    /// <summary>The window of each layer, 0 where it sees all.</summary>
    public static int[] Windows(ModelFolder f, int layers, int window) =>
        [.. (Of(f, layers) ?? Enumerable.Repeat(Full, layers)).Select(type => type == Full ? 0 : window)];
}
