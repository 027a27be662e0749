using System.Runtime.InteropServices;

namespace Attar.Tensors;

/// <summary>How a tensor's numbers are kept.</summary>
public enum NumberFormat
{
    Float32,

    /// <summary>The upper half of a float32, for weights that stay as they are: products read them as their right side and look-ups as their table, both exactly, and nothing else takes them.</summary>
    BFloat16,
}

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
    internal float* Data => Format == NumberFormat.Float32 ? (float*)memory : throw Expected(NumberFormat.Float32);

    /// <inheritdoc cref="Data"/>
    internal ushort* WordData => Format == NumberFormat.BFloat16 ? (ushort*)memory : throw Expected(NumberFormat.BFloat16);

    InvalidOperationException Expected(NumberFormat format) => new($"expected a tensor of {format}, found one of {Format}");

    /// <summary>All elements, row after row, as host memory.</summary>
    /// <exception cref="InvalidOperationException">when they are no float32.</exception>
    public Span<float> Span => new(Data, checked((int)Count));

    /// <summary>All elements of a bfloat16 tensor, row after row, as host memory.</summary>
    /// <exception cref="InvalidOperationException">when they are no bfloat16.</exception>
    public Span<ushort> Words => new(WordData, checked((int)Count));

    /// <summary>One row as host memory.</summary>
    public Span<float> Row(int row) => new(Data + (long)row * Columns, Columns);

    /// <summary>Makes a tensor that owns nothing stand for other memory.</summary>
    internal void Point(float* data, int rows, int columns)
    {
        memory = data;
        (Rows, Columns) = (rows, columns);
    }

    /// <summary>A zero-filled tensor that lives until disposed.</summary>
    public static Tensor Zeros(int rows, int columns, NumberFormat format = NumberFormat.Float32)
    {
        nuint bytes = Math.Max((nuint)((long)rows * columns * SizeOf(format)), Alignment);
        void* memory = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(memory, bytes);
        return new Tensor(memory, rows, columns, owned: true) { Format = format };
    }

    internal static int SizeOf(NumberFormat format) => format == NumberFormat.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>A copy in float32 that lives until disposed.</summary>
    public Tensor Widened()
    {
        Tensor wide = Zeros(Rows, Columns);
        for (int row = 0; row < Rows; row++)
            if (Format == NumberFormat.Float32) Row(row).CopyTo(wide.Row(row));
            else BFloatWords.Widen(new ReadOnlySpan<ushort>(WordData + (long)row * Columns, Columns), wide.Row(row));
        return wide;
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
