namespace Attar.Tensors.Kernels.Cpu;

/// <summary>A matrix by strides, so that a transpose is only a change of view.</summary>
/// <param name="words">The numbers are bfloat16, and <paramref name="data"/> is where they lie.</param>
readonly unsafe struct MatrixView(float* data, int rows, int columns, nint rowStride, nint columnStride, bool words = false)
{
    public readonly float* Data = data;
    public readonly int Rows = rows, Columns = columns;
    public readonly nint RowStride = rowStride, ColumnStride = columnStride;

    /// <summary>Whether the numbers are bfloat16: to be read from <see cref="WordData"/>.</summary>
    public readonly bool Words = words;

    public ushort* WordData => (ushort*)Data;

    public MatrixView Transposed => new(Data, Columns, Rows, ColumnStride, RowStride, Words);

    /// <exception cref="InvalidOperationException">when the tensor is not of float32.</exception>
    public static MatrixView Of(Tensor tensor) => new(tensor.Data, tensor.Rows, tensor.Columns, tensor.Columns, 1);

    /// <summary>Of the right side of a product, in either format.</summary>
    public static MatrixView OfWeight(Tensor tensor) => tensor.Format == NumberFormat.Float32 ? Of(tensor) : new((float*)tensor.WordData, tensor.Rows, tensor.Columns, tensor.Columns, 1, words: true);

    public MatrixView Slice(int row, int rows, int column, int columns)
    {
        nint offset = row * RowStride + column * ColumnStride;
        return new(Words ? (float*)(WordData + offset) : Data + offset, rows, columns, RowStride, ColumnStride, Words);
    }
}
