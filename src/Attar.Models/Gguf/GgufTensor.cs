using Attar.Tensors;

namespace Attar.Models.Gguf;

/// <summary>A tensor of a GGUF file.</summary>
/// <param name="Shape">Outermost axis first, as elsewhere in Attar: (rows, columns) of a matrix. The file has them the other way round.</param>
/// <param name="Position">Of its first byte in the file.</param>
/// <param name="Bytes">Of all its rows.</param>
sealed record GgufTensor(string Name, long[] Shape, NumberFormat Format, long Position, long Bytes)
{
    public override string ToString() => $"{GgufFormat.NameOf(Format)} of shape ({string.Join(", ", Shape)})";
}
