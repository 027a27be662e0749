using Attar.Tensors.Kernels;

namespace Attar.Models.Checkpoints;

/// <summary>A model's folder and how to compute with it, written as <c>student</c>, <c>student@int8</c> or <c>student@bf16</c>.</summary>
/// <param name="Folder">A name in a workspace, or a path.</param>
public readonly record struct ModelReference(string Folder, Precision Precision)
{
    static readonly (string Ending, Precision Precision)[] endings = [("@int8", Precision.Int8), ("@bf16", Precision.BFloat16)];

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
