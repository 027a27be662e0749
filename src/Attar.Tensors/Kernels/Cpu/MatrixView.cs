namespace Attar.Tensors.Kernels.Cpu;

/// <summary>A matrix by strides in values, so that a transpose is only a change of view.</summary>
/// <param name="data">Where the first number lies; of blocks, the block it is in.</param>
/// <param name="format">Of the numbers: all but float32 are widened before anything is computed with them.</param>
/// <param name="skip">The first number's place in its block.</param>
readonly unsafe struct MatrixView(float* data, int rows, int columns, nint rowStride, nint columnStride, NumberFormat format = NumberFormat.Float32, int skip = 0)
{
    public readonly float* Data = data;
    public readonly int Rows = rows, Columns = columns;
    public readonly nint RowStride = rowStride, ColumnStride = columnStride;
    public readonly NumberFormat Format = format;
    public readonly int Skip = skip;

    /// <summary>Whether the numbers are to be read by <see cref="Widen"/>, not from <see cref="Data"/>.</summary>
    public bool IsNarrow => Format != NumberFormat.Float32;

    /// <summary>Whether a number is to be had only with others of its row, in the tensor that this is of.</summary>
    public bool IsOfBlocks => Blocks.ValuesOf(Format) > 1;

    /// <summary>Where the numbers of a bfloat16 matrix lie.</summary>
    public ushort* WordData => (ushort*)Data;

    public MatrixView Transposed => new(Data, Columns, Rows, ColumnStride, RowStride, Format, Skip);

    /// <exception cref="InvalidOperationException">when the tensor is not of float32.</exception>
    public static MatrixView Of(Tensor tensor) => new(tensor.Data, tensor.Rows, tensor.Columns, tensor.Columns, 1);

    /// <summary>Of the right side of a product, in any format.</summary>
    public static MatrixView OfWeight(Tensor tensor) => new((float*)tensor.ByteData, tensor.Rows, tensor.Columns, tensor.Columns, 1, tensor.Format);

    public MatrixView Slice(int row, int rows, int column, int columns)
    {
        nint offset = row * RowStride + column * ColumnStride;
        if (!IsNarrow) return new(Data + offset, rows, columns, RowStride, ColumnStride);
        (nint block, nint skip) = Math.DivRem(Skip + offset, Blocks.ValuesOf(Format));
        return new((float*)((byte*)Data + block * Blocks.BytesOf(Format)), rows, columns, RowStride, ColumnStride, Format, (int)skip);
    }

    /// <summary>Numbers that lie one after another, as float32: those of a row, or of a transpose's column.</summary>
    public void Widen(int row, int column, int count, float* to)
    {
        MatrixView from = Slice(row, 1, column, 1);
        Blocks.Widen(Format, (byte*)from.Data, from.Skip, to, count);
    }
}
