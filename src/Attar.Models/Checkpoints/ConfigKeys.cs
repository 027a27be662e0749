using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Checkpoints;

/// <summary>Values of config.json that several architectures have.</summary>
static class ConfigKeys
{
    /// <summary>A size that a number of heads divides.</summary>
    public static int Multiple(this ModelFolder f, string key, string heads) =>
        f.Size(key) % f.Size(heads) == 0 ? f.Size(key) : throw f.Refused(key, $"a multiple of {heads}, {f.Size(heads)}");

    public static Activation Activation(this ModelFolder f, string key, Activation otherwise) => f.Text(key, "") switch
    {
        "" => otherwise,
        "gelu" => Layers.Activation.Gelu,
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => Layers.Activation.GeluTanh,
        "relu" => Layers.Activation.Relu,
        "silu" or "swish" when otherwise is Layers.Activation.Silu or Layers.Activation.GeluTanh => Layers.Activation.Silu, // known as a gate only
        _ => throw f.Refused(key, "gelu, gelu_new, gelu_pytorch_tanh, relu or, for decoders, silu"),
    };

    /// <summary>Says of a model that was trained here that what it started from learnt elsewhere.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>A switch that Attar keeps under its own key.</summary>
    public static bool Extension(this ModelFolder f, string key) => f.Part("attar")?.Flag(key, false) ?? false;

    /// <summary>false, true for exact marks, or "graded".</summary>
    public static OverlapMarks Overlap(this ModelFolder f) => f.Part("attar")?.Config["overlap"] switch
    {
        null => OverlapMarks.None,
        JsonValue value when value.TryGetValue(out bool exact) => exact ? OverlapMarks.Exact : OverlapMarks.None,
        JsonValue value when value.TryGetValue(out string? text) && text == Graded => OverlapMarks.Graded,
        _ => throw f.Part("attar")!.Refused("overlap", $"true, false or \"{Graded}\""),
    };

    /// <summary>As <see cref="Overlap"/> reads it.</summary>
    public static JsonNode Describe(OverlapMarks marks) => marks == OverlapMarks.Graded ? Graded : marks == OverlapMarks.Exact;

    const string Graded = "graded";

    /// <summary>Tokens of a pair as the model is to read it; null where the folder does not say.</summary>
    public static int? LongestPair(this ModelFolder f) => f.Part("attar") is { } own && own.Config["max_tokens"] != null
        ? own.Integer("max_tokens") is >= 8 and var tokens ? tokens : throw own.Refused("max_tokens", "a whole number from 8") : null;

    /// <summary>How many of the layers read query and product apart.</summary>
    public static int Split(this ModelFolder f, int layers) => f.Part("attar") is not { } own ? 0
        : own.Integer("split", 0) is var lower && lower >= 0 && lower < layers ? lower : throw own.Refused("split", $"0 to {layers - 1}, fewer than the layers");
}
