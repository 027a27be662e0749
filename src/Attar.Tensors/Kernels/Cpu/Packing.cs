using System.Numerics;
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
            int column = 0;
            if (width == 6 && step + 1 < steps) // a vector of eight: the two too many are overwritten by the next step
                for (; column + 8 <= columns; column += width, to += (long)steps * width) Vector256.Load(from + column).Store(to);
            for (; column < whole; column += width, to += (long)steps * width)
            {
                int j = 0;
                for (; j + 4 <= width; j += 4) Vector128.Load(from + column + j).Store(to + j);
                for (; j < width; j++) to[j] = from[column + j];
            }
        }
        if (whole < columns) CopyStrip(source.Slice(0, steps, whole, columns - whole), strips + (long)whole * steps, width);
    }

    /// <summary>A narrow source as float32, written to memory of its size: a strip of a panel at a time never leaves the nearest cache.</summary>
    public static MatrixView Widened(MatrixView source, float* to)
    {
        bool byRows = source.ColumnStride == 1;
        int lines = byRows ? source.Rows : source.Columns, length = byRows ? source.Columns : source.Rows;
        for (int line = 0; line < lines; line++) source.Widen(byRows ? line : 0, byRows ? 0 : line, length, to + (long)line * length);
        return byRows ? new(to, source.Rows, source.Columns, length, 1) : new(to, source.Rows, source.Columns, 1, length);
    }

    /// <summary>strip[step * width + j] = source[step, j], zero for j beyond the source's columns.</summary>
    public static void CopyStrip(MatrixView source, float* strip, int width)
    {
        int steps = source.Rows, columns = source.Columns;
        if (columns < width) new Span<float>(strip, steps * width).Clear();
        if (columns == 0) return;
        if (source.ColumnStride == 1)
        {
            if (columns == width && width % (2 * Vector<float>.Count) == 0)
            {
                float* row = source.Data;
                for (int step = 0; step < steps; step++, row += source.RowStride, strip += width)
                    for (int j = 0; j < width; j += 2 * Vector<float>.Count)
                    {
                        Vector.Load(row + j).Store(strip + j);
                        Vector.Load(row + j + Vector<float>.Count).Store(strip + j + Vector<float>.Count);
                    }
                return;
            }
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
        if (source.RowStride == 1 && Avx.IsSupported)
        {
            // From the right: where the width is no multiple of eight, the floats too many fall on the next step's first columns, which are written after.
            for (column = (columns - 1) / 8 * 8; column >= 0; column -= 8) Transpose8(source.Data + column * source.ColumnStride, source.ColumnStride, Math.Min(8, columns - column), steps, strip + column, width);
            return;
        }
        if (source.RowStride == 1)
            for (; column + 4 <= columns; column += 4) Transpose4(source.Data + column * source.ColumnStride, source.ColumnStride, steps, strip + column, width);
        for (; column < columns; column++)
        {
            float* from = source.Data + column * source.ColumnStride;
            for (int step = 0; step < steps; step++) strip[(long)step * width + column] = from[step * source.RowStride];
        }
    }

    /// <summary>Eight columns of the source, of which some at the end may be missing and count as zero, become eight neighbouring floats of each step.</summary>
    static void Transpose8(float* from, nint stride, int live, int steps, float* to, int width)
    {
        Vector256<float> none = Vector256<float>.Zero;
        int step = 0;
        for (; step + 8 <= steps; step += 8, from += 8, to += 8 * width)
        {
            Vector256<float> a = Vector256.Load(from), b = live > 1 ? Vector256.Load(from + stride) : none, c = live > 2 ? Vector256.Load(from + 2 * stride) : none, d = live > 3 ? Vector256.Load(from + 3 * stride) : none;
            Vector256<float> e = live > 4 ? Vector256.Load(from + 4 * stride) : none, f = live > 5 ? Vector256.Load(from + 5 * stride) : none, g = live > 6 ? Vector256.Load(from + 6 * stride) : none, h = live > 7 ? Vector256.Load(from + 7 * stride) : none;
            Vector256<float> ab0 = Avx.UnpackLow(a, b), ab1 = Avx.UnpackHigh(a, b), cd0 = Avx.UnpackLow(c, d), cd1 = Avx.UnpackHigh(c, d);
            Vector256<float> ef0 = Avx.UnpackLow(e, f), ef1 = Avx.UnpackHigh(e, f), gh0 = Avx.UnpackLow(g, h), gh1 = Avx.UnpackHigh(g, h);
            const byte Low = 0b_01_00_01_00, High = 0b_11_10_11_10;
            Vector256<float> abcd0 = Avx.Shuffle(ab0, cd0, Low), abcd1 = Avx.Shuffle(ab0, cd0, High), abcd2 = Avx.Shuffle(ab1, cd1, Low), abcd3 = Avx.Shuffle(ab1, cd1, High);
            Vector256<float> efgh0 = Avx.Shuffle(ef0, gh0, Low), efgh1 = Avx.Shuffle(ef0, gh0, High), efgh2 = Avx.Shuffle(ef1, gh1, Low), efgh3 = Avx.Shuffle(ef1, gh1, High);
            const byte Lower = 0x20, Upper = 0x31; // the halves of both
            Avx.Permute2x128(abcd0, efgh0, Lower).Store(to);
            Avx.Permute2x128(abcd1, efgh1, Lower).Store(to + width);
            Avx.Permute2x128(abcd2, efgh2, Lower).Store(to + 2 * width);
            Avx.Permute2x128(abcd3, efgh3, Lower).Store(to + 3 * width);
            Avx.Permute2x128(abcd0, efgh0, Upper).Store(to + 4 * width);
            Avx.Permute2x128(abcd1, efgh1, Upper).Store(to + 5 * width);
            Avx.Permute2x128(abcd2, efgh2, Upper).Store(to + 6 * width);
            Avx.Permute2x128(abcd3, efgh3, Upper).Store(to + 7 * width);
        }
        for (; step < steps; step++, from++, to += width)
            for (int j = 0; j < 8; j++) to[j] = j < live ? from[j * stride] : 0;
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
