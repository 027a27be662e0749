using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    readonly List<RopeTable> ropeTables = [];

    public void Rope(Tensor x, ReadOnlyMemory<int> positions, RopeFrequencies frequencies, bool inverse)
    {
        if (positions.Length == 0) return;
        RopeTable table = RopeTable.For(ropeTables, frequencies, TensorPrimitives.Max(positions.Span) + 1);
        ForRows(x.Rows, x.Columns, (x, positions, table, headSize: frequencies.HeadSize, inverse), static (s, first, end) =>
        {
            ReadOnlySpan<int> positions = s.positions.Span;
            for (int row = first; row < end; row++)
                for (int head = 0; head < s.x.Columns; head += s.headSize)
                    Rotate(s.x.Data + (long)row * s.x.Columns + head, s.table.Cos(positions[row]), s.table.Sin(positions[row]), s.inverse);
        });
    }

    static void Rotate(float* head, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, bool inverse)
    {
        int half = cosines.Length, i = 0;
        float* other = head + half;
        for (; i + Lanes <= half; i += Lanes)
        {
            Vector<float> cos = new(cosines[i..]), sin = new(sines[i..]), a = Load(head + i), b = Load(other + i);
            if (inverse) sin = -sin;
            (a * cos - b * sin).Store(head + i);
            (b * cos + a * sin).Store(other + i);
        }
        for (; i < half; i++)
        {
            float sin = inverse ? -sines[i] : sines[i];
            (head[i], other[i]) = (head[i] * cosines[i] - other[i] * sin, other[i] * cosines[i] + head[i] * sin);
        }
    }

    public void Gather(Tensor table, ReadOnlyMemory<int> rows, Tensor y, bool accumulate = false)
    {
        CheckRows(rows.Span, table);
        ForRows(rows.Length, y.Columns, (table, rows, y, accumulate), static (s, first, end) =>
        {
            ReadOnlySpan<int> rows = s.rows.Span;
            int columns = s.y.Columns;
            bool narrow = s.table.Format != NumberFormat.Float32;
            float* wide = stackalloc float[narrow ? columns : 0];
            for (int row = first; row < end; row++)
            {
                float* to = s.y.Data + (long)row * columns;
                float* from = narrow ? wide : s.table.Data + (long)rows[row] * columns;
                if (narrow) Blocks.Widen(s.table.Format, s.table.ByteData + rows[row] * s.table.Stride, wide, columns);
                VectorMath.Sum(from, s.accumulate ? to : null, to, columns);
            }
        });
    }

    /// <summary>No row lies outside the table: its memory is not guarded, and ids come from files. Below zero a number is large without its sign.</summary>
    static void CheckRows(ReadOnlySpan<int> rows, Tensor table)
    {
        if (rows.Length > 0 && TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(rows)) is var largest && largest >= table.Rows)
            throw new ArgumentOutOfRangeException(nameof(rows), (int)largest, $"the table has {table.Rows} rows");
    }

    // Several rows may add to one: tasks own columns, so no two threads meet and the order of additions is fixed.
    public void ScatterAdd(Tensor y, ReadOnlyMemory<int> rows, Tensor table)
    {
        CheckRows(rows.Span, table);
        ForColumns(table.Columns, (y, rows, table), static (s, first, count) =>
        {
            ReadOnlySpan<int> rows = s.rows.Span;
            int columns = s.table.Columns;
            for (int row = 0; row < rows.Length; row++) VectorMath.AddScaled(s.y.Data + (long)row * columns + first, 1, s.table.Data + (long)rows[row] * columns + first, count);
        });
    }

    public void SoftmaxCrossEntropy(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits, float scale) =>
        ForRows(logits.Rows, logits.Columns, (logits, targets, loss, dLogits, scale), static (s, first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> probabilities = s.dLogits.Row(row), target = s.targets.Row(row), logits = s.logits.Row(row);
                float logSum = Softmax(logits, probabilities), mass = TensorPrimitives.Sum<float>(target);
                s.loss.Data[row] = mass * logSum - TensorPrimitives.Dot<float>(target, logits);
                TensorPrimitives.Multiply(probabilities, mass, probabilities);
                TensorPrimitives.Subtract(probabilities, target, probabilities);
                TensorPrimitives.Multiply(probabilities, s.scale, probabilities);
            }
        });

    public void SoftmaxCrossEntropy(Tensor logits, int[] labels, Tensor loss, Tensor dLogits, float scale) =>
        ForRows(logits.Rows, logits.Columns, (logits, labels, loss, dLogits, scale), static (s, first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<float> probabilities = s.dLogits.Row(row);
                s.loss.Data[row] = Softmax(s.logits.Row(row), probabilities) - s.logits.Row(row)[s.labels[row]];
                probabilities[s.labels[row]] -= 1;
                TensorPrimitives.Multiply(probabilities, s.scale, probabilities);
            }
        });

    /// <summary>to = softmax(x); returns log Σ e^x.</summary>
    static float Softmax(ReadOnlySpan<float> x, Span<float> to)
    {
        float max = TensorPrimitives.Max(x);
        TensorPrimitives.Subtract(x, max, to);
        VectorMath.Exp(to);
        float sum = TensorPrimitives.Sum<float>(to);
        TensorPrimitives.Multiply(to, 1 / sum, to);
        return max + MathF.Log(sum);
    }
}
