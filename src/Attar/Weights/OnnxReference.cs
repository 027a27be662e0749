namespace Attar.Weights;

/// <summary>An ONNX file, its vocabulary beside it.</summary>
public sealed record OnnxReference(string File) : WeightReference
{
    public override string Name => Path.GetFileNameWithoutExtension(File);

    public override string ToString() => File;
}
