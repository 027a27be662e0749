using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Copies part of a matrix into the layout that a tile reads front to back.</summary>
static unsafe class Packing
{
    /// <summary>All strips of a source whose columns are contiguous, read row by row: its rows may lie far apart.</summary>
    public static void CopyStrips(MatrixView source, float* strips, int width)
    {
        int steps = source.Rows, columns = source.Columns, whole = columns / width * width;
        for (int step = 0; step < steps; step++)
        {
            float* from = source.Data + step * source.RowStride, to = strips + (long)step * width;
            for (int column = 0; column < whole; column += width, to += (long)steps * width)
            {
                int j = 0;
                for (; j + 4 <= width; j += 4) Vector128.Load(from + column + j).Store(to + j);
                for (; j < width; j++) to[j] = from[column + j];
            }
        }
        if (whole < columns) CopyStrip(source.Slice(0, steps, whole, columns - whole), strips + (long)whole * steps, width);
    }

    /// <summary>strip[step * width + j] = source[step, j], zero for j beyond the source's columns.</summary>
    public static void CopyStrip(MatrixView source, float* strip, int width)
    {
        int steps = source.Rows, columns = source.Columns;
        if (columns < width) new Span<float>(strip, steps * width).Clear();
        if (source.ColumnStride == 1)
        {
            for (int step = 0; step < steps; step++)
            {
                float* from = source.Data + step * source.RowStride, to = strip + (long)step * width;
                int j = 0;
                for (; j + 4 <= columns; j += 4) Vector128.Load(from + j).Store(to + j);
                for (; j < columns; j++) to[j] = from[j];
            }
            return;
        }
        int column = 0;
        if (source.RowStride == 1)
            for (; column + 4 <= columns; column += 4) Transpose4(source.Data + column * source.ColumnStride, source.ColumnStride, steps, strip + column, width);
        for (; column < columns; column++)
        {
            float* from = source.Data + column * source.ColumnStride;
            for (int step = 0; step < steps; step++) strip[(long)step * width + column] = from[step * source.RowStride];
        }
    }

    /// <summary>Four contiguous columns of the source become four neighbouring floats of each step.</summary>
    static void Transpose4(float* from, nint stride, int steps, float* to, int width)
    {
        int step = 0;
        for (; step + 4 <= steps; step += 4)
        {
            Vector128<float> a = Vector128.Load(from + step), b = Vector128.Load(from + stride + step), c = Vector128.Load(from + 2 * stride + step), d = Vector128.Load(from + 3 * stride + step);
            Vector128<float> ab0 = Interleave(a, b, high: false), ab1 = Interleave(a, b, high: true), cd0 = Interleave(c, d, high: false), cd1 = Interleave(c, d, high: true);
            float* target = to + (long)step * width;
            Vector128.Create(ab0.GetLower(), cd0.GetLower()).Store(target);
            Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).Store(target + width);
            Vector128.Create(ab1.GetLower(), cd1.GetLower()).Store(target + 2 * width);
            Vector128.Create(ab1.GetUpper(), cd1.GetUpper()).Store(target + 3 * width);
        }
        for (; step < steps; step++)
            for (int j = 0; j < 4; j++) to[(long)step * width + j] = from[j * stride + step];
    }

    static Vector128<float> Interleave(Vector128<float> x, Vector128<float> y, bool high)
    {
        if (Sse.IsSupported) return high ? Sse.UnpackHigh(x, y) : Sse.UnpackLow(x, y);
        return high ? Vector128.Create(x[2], y[2], x[3], y[3]) : Vector128.Create(x[0], y[0], x[1], y[1]);
    }
}
