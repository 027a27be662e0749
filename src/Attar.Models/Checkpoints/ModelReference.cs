using Attar.Tensors.Kernels;

namespace Attar.Models.Checkpoints;

/// <summary>A model's folder and how to compute with it, written as <c>student</c>, <c>student@int8</c> or <c>student@bf16</c>.</summary>
/// <param name="Folder">A name in a workspace, or a path.</param>
public readonly record struct ModelReference(string Folder, Precision Precision)
{
    /// <summary>What precisions are called wherever one is named.</summary>
    public static readonly IReadOnlyList<(string Name, Precision Precision)> Precisions = [("float32", Precision.Float32), ("bf16", Precision.BFloat16), ("int8", Precision.Int8)];

    static readonly (string Ending, Precision Precision)[] endings = [.. Precisions.Where(entry => entry.Precision != Precision.Float32).Select(entry => ($"@{entry.Name}", entry.Precision))];

    public static ModelReference Parse(string text)
    {
        foreach (var (ending, precision) in endings)
            if (text.EndsWith(ending, StringComparison.Ordinal)) return new(text[..^ending.Length], precision);
        return new(text, Precision.Float32);
    }

    public override string ToString()
    {
        Precision own = Precision;
        return Folder + Array.Find(endings, entry => entry.Precision == own).Ending;
    }
}
