using Attar.Tensors.Kernels;

namespace Attar.Models.Checkpoints;

/// <summary>A model's folder and how to compute with it, written as <c>student</c> or <c>student@int8</c>.</summary>
/// <param name="Folder">A name in a workspace, or a path.</param>
public readonly record struct ModelReference(string Folder, Precision Precision)
{
    const string Int8 = "@int8";

    public static ModelReference Parse(string text) =>
        text.EndsWith(Int8, StringComparison.Ordinal) ? new(text[..^Int8.Length], Precision.Int8) : new(text, Precision.Float32);

    public override string ToString() => Precision == Precision.Int8 ? Folder + Int8 : Folder;
}
