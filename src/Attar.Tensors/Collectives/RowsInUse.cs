using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Attar.Tensors.Collectives;

/// <summary>
/// What of some tensors ranks have to add up: everything but those rows of tables that are zero on every rank. A step looks up few rows of a vocabulary's embeddings,
/// so that the gradient of most is zero, and the sum of zeros is known.
/// </summary>
sealed class RowsInUse
{
    const int Tall = 8; // a table has so many rows a column and more: a vocabulary's embeddings do, a layer's matrices do not

    readonly IReadOnlyList<Tensor> tensors;

    public RowsInUse(IReadOnlyList<Tensor> tensors, Arena memory)
    {
        this.tensors = tensors;
        int rows = tensors.Where(IsTable).Sum(table => table.Rows);
        if (rows == 0) return;
        Marks = memory.Zeros(1, (rows + 31) / 32);
        int at = 0;
        foreach (Tensor table in tensors.Where(IsTable))
            for (int row = 0; row < table.Rows; row++, at++)
                if (MemoryMarshal.Cast<float, int>(table.Row(row)).ContainsAnyExcept(0)) Marks.Bytes[at >> 3] |= (byte)(1 << (at & 7)); // by bits: -0 is something
    }

    /// <summary>A bit for each row of all tables, one behind the other; null where there are no tables.</summary>
    public Tensor? Marks { get; }

    public static bool IsTable(Tensor tensor) => tensor.Rows >= Tall * tensor.Columns;

    /// <summary>Rows that another rank marked are in use here, too.</summary>
    public void Join(ReadOnlySpan<byte> marks) => TensorPrimitives.BitwiseOr<byte>(Marks!.Bytes, marks, Marks.Bytes);

    /// <summary>Numbers to add up.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach ((Tensor tensor, int first, int rows) in Stretches()) count += (long)rows * tensor.Columns;
            return count;
        }
    }

    /// <summary>Packs them, and zeros behind them.</summary>
    public void CopyTo(Span<float> packed)
    {
        int at = 0;
        foreach ((Tensor tensor, int first, int rows) in Stretches())
        {
            Span<float> stretch = tensor.Span.Slice(first * tensor.Columns, rows * tensor.Columns);
            stretch.CopyTo(packed[at..]);
            at += stretch.Length;
        }
        packed[at..].Clear();
    }

    public void CopyFrom(ReadOnlySpan<float> packed)
    {
        int at = 0;
        foreach ((Tensor tensor, int first, int rows) in Stretches())
        {
            Span<float> stretch = tensor.Span.Slice(first * tensor.Columns, rows * tensor.Columns);
            packed.Slice(at, stretch.Length).CopyTo(stretch);
            at += stretch.Length;
        }
    }

    IEnumerable<(Tensor Tensor, int First, int Rows)> Stretches()
    {
        int at = 0;
        foreach (Tensor tensor in tensors)
        {
            if (!IsTable(tensor))
            {
                yield return (tensor, 0, tensor.Rows);
                continue;
            }
            for (int row = 0; row < tensor.Rows; row++, at++)
                if ((Marks!.Bytes[at >> 3] & 1 << (at & 7)) != 0) yield return (tensor, row, 1);
        }
    }
}
