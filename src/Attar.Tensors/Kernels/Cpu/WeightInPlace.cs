namespace Attar.Tensors.Kernels.Cpu;

/// <summary>A weight (outputs, inputs) that stays where it is: every product lays out the part that it is at. It is the owner's to dispose of.</summary>
/// <param name="words">Products are of factors rounded to bfloat16.</param>
sealed class WeightInPlace(Tensor weight, bool words) : IPackedMatrix
{
    public int Outputs => weight.Rows;
    public int Inputs => weight.Columns;
    public bool Words => words;

    /// <summary>The right side of products, (inputs, outputs).</summary>
    public MatrixView View => MatrixView.OfWeight(weight).Transposed;

    public void Dispose() { }
}
