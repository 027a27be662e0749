using System.Globalization;
using Attar.Distillation;
using Attar.Models;
using Attar.Tensors.Kernels;
using Attar.Weights;

namespace Attar.Server.Models;

/// <summary>What a model in a folder is, for people.</summary>
static class ModelFacts
{
    const int LongestCard = 200_000;

    public static IReadOnlyList<(string Name, string Value)> Of(string folder, PairModel model, Precision precision)
    {
        WeightOrigin? origin = WeightOrigin.Of(model);
        return
        [
            ("architecture", $"{model.Description?["model_type"]}" is { Length: > 0 } type ? type : "not told"),
            ("head", model.HeadNote),
            ("weights", string.Create(CultureInfo.InvariantCulture, $"{model.Parameters.Count:N0}, {ByteSize.Spoken(BytesOf(folder))} in its folder")),
            ("computed in", precision switch { Precision.Int8 => "8 bits", Precision.BFloat16 => "bfloat16", _ => "float32" }),
            ("longest pair", string.Create(CultureInfo.InvariantCulture, $"{model.LongestPair ?? model.MaxLength:N0} tokens")),
            .. origin is null ? [("began as", "not told")] : ((string, string)[])[("began as", origin.Reference), ("licence of that", origin.Licence.Length > 0 ? origin.Licence : "not told")],
            ("folder", folder),
        ];
    }

    /// <summary>README.md; null where there is none that can be read as text of a card's length.</summary>
    public static string? CardOf(string folder)
    {
        var card = new FileInfo(Path.Combine(folder, ModelCard.FileName));
        try
        {
            return card.Exists && card.Length <= LongestCard ? File.ReadAllText(card.FullName) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // a model serves without its card
        }
    }

    static long BytesOf(string folder) => File.Exists(folder) ? new FileInfo(folder).Length
        : new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension is ".safetensors" or ".gguf" && file.Directory!.Name != "checkpoints").Sum(file => file.Length);
}
