using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>A row-major float32 matrix (rows, columns) in 64-byte aligned native memory; a vector is one row.</summary>
/// <remarks>Owned by an <see cref="Arena"/> (freed all at once) or by itself (freed by <see cref="Dispose"/>).</remarks>
public sealed unsafe class Tensor : IDisposable
{
    internal const nuint Alignment = 64;
    readonly bool owned;

    internal Tensor(float* data, int rows, int columns, bool owned)
    {
        Data = data;
        (Rows, Columns, this.owned) = (rows, columns, owned);
        if (!owned) GC.SuppressFinalize(this);
    }

    ~Tensor() => Free();

    /// <summary>Its memory must not be written: doing so ends the process.</summary>
    public bool IsReadOnly { get; init; }

    public int Rows { get; private set; }
    public int Columns { get; private set; }
    public long Count => (long)Rows * Columns;
    internal float* Data { get; private set; }

    /// <summary>All elements, row after row, as host memory.</summary>
    public Span<float> Span => new(Data, checked((int)Count));

    /// <summary>One row as host memory.</summary>
    public Span<float> Row(int row) => new(Data + (long)row * Columns, Columns);

    /// <summary>Makes a tensor that owns nothing stand for other memory.</summary>
    internal void Point(float* data, int rows, int columns)
    {
        Data = data;
        (Rows, Columns) = (rows, columns);
    }

    /// <summary>A zero-filled tensor that lives until disposed.</summary>
    public static Tensor Zeros(int rows, int columns)
    {
        nuint bytes = Math.Max((nuint)((long)rows * columns * sizeof(float)), Alignment);
        float* data = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(data, bytes);
        return new Tensor(data, rows, columns, owned: true);
    }

    public static Tensor From(int rows, int columns, ReadOnlySpan<float> values)
    {
        if (values.Length != rows * columns) throw new ArgumentException($"expected {rows}x{columns} = {rows * columns} values, got {values.Length}");
        Tensor tensor = Zeros(rows, columns);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        if (owned && Data != null) NativeMemory.AlignedFree(Data);
        Data = null;
    }

    public override string ToString() => $"({Rows}, {Columns})";
}
