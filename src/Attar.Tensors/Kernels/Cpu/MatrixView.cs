namespace Attar.Tensors.Kernels.Cpu;

/// <summary>A matrix by strides, so that a transpose is only a change of view.</summary>
readonly unsafe struct MatrixView(float* data, int rows, int columns, nint rowStride, nint columnStride)
{
    public readonly float* Data = data;
    public readonly int Rows = rows, Columns = columns;
    public readonly nint RowStride = rowStride, ColumnStride = columnStride;

    public MatrixView Transposed => new(Data, Columns, Rows, ColumnStride, RowStride);

    public static MatrixView Of(Tensor tensor) => new(tensor.Data, tensor.Rows, tensor.Columns, tensor.Columns, 1);

    public MatrixView Slice(int row, int rows, int column, int columns) =>
        new(Data + row * RowStride + column * ColumnStride, rows, columns, RowStride, ColumnStride);
}
