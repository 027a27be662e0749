using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>A row-major matrix (rows, columns), of float32 unless it says otherwise, in 64-byte aligned native memory; a vector is one row.</summary>
/// <remarks>Owned by an <see cref="Arena"/> (freed all at once) or by itself (freed by <see cref="Dispose"/>).</remarks>
public sealed unsafe class Tensor : IDisposable
{
    internal const nuint Alignment = 64;
    readonly bool owned;
    void* memory;

    internal Tensor(void* memory, int rows, int columns, bool owned)
    {
        this.memory = memory;
        (Rows, Columns, this.owned) = (rows, columns, owned);
        if (!owned) GC.SuppressFinalize(this);
    }

    ~Tensor() => Free();

    /// <summary>Its memory must not be written: doing so ends the process.</summary>
    public bool IsReadOnly { get; init; }

    public NumberFormat Format { get; init; }

    public int Rows { get; private set; }
    public int Columns { get; private set; }
    public long Count => (long)Rows * Columns;

    /// <exception cref="InvalidOperationException">when the numbers are of another format.</exception>
    internal float* Data => Format == NumberFormat.Float32 && memory != null ? (float*)memory : throw Expected(NumberFormat.Float32);

    /// <inheritdoc cref="Data"/>
    internal ushort* WordData => Format == NumberFormat.BFloat16 ? (ushort*)memory : throw Expected(NumberFormat.BFloat16);

    InvalidOperationException Expected(NumberFormat format) => new($"expected a tensor of {format}, found one {(memory == null ? "that was given back" : $"of {Format}")}");

    /// <summary>All elements, row after row, as host memory.</summary>
    /// <exception cref="InvalidOperationException">when they are no float32.</exception>
    public Span<float> Span => new(Data, checked((int)Count));

    /// <summary>All elements of a bfloat16 tensor, row after row, as host memory.</summary>
    /// <exception cref="InvalidOperationException">when they are no bfloat16.</exception>
    public Span<ushort> Words => new(WordData, checked((int)Count));

    /// <summary>One row as host memory.</summary>
    public Span<float> Row(int row) => new(Data + (long)row * Columns, Columns);

    /// <summary>The memory of a tensor of any format, as it lies.</summary>
    public Span<byte> Bytes => new(memory, checked((int)Size));

    /// <summary>The memory of a row of a tensor of any format.</summary>
    public Span<byte> BytesOf(int row) => new(ByteData + row * Stride, checked((int)Stride));

    /// <summary>Where the memory begins, whatever the format.</summary>
    internal byte* ByteData => (byte*)memory;

    /// <summary>Bytes of a row.</summary>
    internal long Stride => Blocks.SizeOf(Format, Columns);

    /// <summary>Bytes of all rows.</summary>
    public long Size => Rows * Stride;

    /// <summary>Makes a tensor that owns nothing stand for other memory.</summary>
    internal void Point(float* data, int rows, int columns)
    {
        memory = data;
        (Rows, Columns) = (rows, columns);
    }

    /// <summary>A tensor of zero bytes, which in every format are zeros, that lives until disposed.</summary>
    /// <exception cref="ArgumentException">when a row is no whole number of the format's blocks.</exception>
    public static Tensor Zeros(int rows, int columns, NumberFormat format = NumberFormat.Float32)
    {
        nuint bytes = Math.Max((nuint)(rows * Blocks.SizeOf(format, columns)), Alignment);
        void* memory = NativeHeap.Allocate(bytes);
        NativeMemory.Clear(memory, bytes);
        return new Tensor(memory, rows, columns, owned: true) { Format = format };
    }

    /// <summary>A copy in float32 that lives until disposed.</summary>
    public Tensor Widened()
    {
        Tensor wide = Zeros(Rows, Columns);
        for (int row = 0; row < Rows; row++) Blocks.Widen(Format, BytesOf(row), wide.Row(row));
        return wide;
    }

    /// <summary>A copy of a float32 tensor in bfloat16, rounded to nearest, that lives until disposed.</summary>
    public Tensor Narrowed()
    {
        Tensor narrow = Zeros(Rows, Columns, NumberFormat.BFloat16);
        for (int row = 0; row < Rows; row++) BFloatWords.Round(Data + (long)row * Columns, narrow.WordData + (long)row * Columns, Columns);
        return narrow;
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
        if (owned) NativeMemory.AlignedFree(memory);
        memory = null;
    }

    public override string ToString() => $"({Rows}, {Columns})";
}
