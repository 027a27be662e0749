using System.Numerics;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    static readonly int Lanes = Vector<float>.Count;

    public void LayerNorm(Tensor x, Tensor? residual, Tensor gain, Tensor bias, float epsilon, Tensor? sum, Tensor? statistics, Tensor y)
    {
        ForRows(x.Rows, x.Columns, (x, residual, gain, bias, epsilon, sum, statistics, y), static (s, first, end) =>
        {
            for (int row = first; row < end; row++) Normalise(row, s.x, s.residual, s.gain, s.bias, s.epsilon, s.sum, s.statistics, s.y);
        });
    }

    static void Normalise(int row, Tensor x, Tensor? residual, Tensor gain, Tensor bias, float epsilon, Tensor? sum, Tensor? statistics, Tensor y)
    {
        int columns = x.Columns;
        long at = (long)row * columns;
        float* total = (sum ?? y).Data + at, result = y.Data + at, g = gain.Data, b = bias.Data;
        float mean = Join(x.Data + at, residual == null ? null : residual.Data + at, total, columns) / columns;
        float inverse = 1 / MathF.Sqrt(SquaredDistance(total, mean, columns) / columns + epsilon);
        Vector<float> means = new(mean), inverses = new(inverse);
        int i = 0;
        for (; i + Lanes <= columns; i += Lanes) Vector.FusedMultiplyAdd((Load(total + i) - means) * inverses, Load(g + i), Load(b + i)).Store(result + i);
        for (; i < columns; i++) result[i] = (total[i] - mean) * inverse * g[i] + b[i];
        if (statistics != null) (statistics.Data[2 * row], statistics.Data[2 * row + 1]) = (mean, inverse);
    }

    /// <summary>to = x + other (or x alone); returns its sum.</summary>
    static float Join(float* x, float* other, float* to, int count)
    {
        Vector<float> even = default, odd = default;
        int i = 0;
        for (; i + 2 * Lanes <= count; i += 2 * Lanes)
        {
            Vector<float> first = Load(x + i), second = Load(x + i + Lanes);
            if (other != null) (first, second) = (first + Load(other + i), second + Load(other + i + Lanes));
            first.Store(to + i);
            second.Store(to + i + Lanes);
            even += first;
            odd += second;
        }
        float sum = Vector.Sum(even + odd);
        for (; i < count; i++) sum += to[i] = x[i] + (other == null ? 0 : other[i]);
        return sum;
    }

    static float SquaredDistance(float* x, float center, int count)
    {
        Vector<float> even = default, odd = default, centers = new(center);
        int i = 0;
        for (; i + 2 * Lanes <= count; i += 2 * Lanes)
        {
            Vector<float> first = Load(x + i) - centers, second = Load(x + i + Lanes) - centers;
            even = Vector.FusedMultiplyAdd(first, first, even);
            odd = Vector.FusedMultiplyAdd(second, second, odd);
        }
        float sum = Vector.Sum(even + odd);
        for (; i < count; i++) sum += (x[i] - center) * (x[i] - center);
        return sum;
    }

    /// <summary>With n = (sum - mean) inverse and g = dy gain: dSum = inverse (g - mean(g) - n mean(g n)).</summary>
    public void LayerNormBackward(Tensor sum, Tensor statistics, Tensor gain, Tensor dy, Tensor dSum, Tensor dGain, Tensor dBias)
    {
        int columns = sum.Columns;
        ForRows(sum.Rows, columns, (sum, statistics, gain, dy, dSum), static (s, first, end) =>
        {
            for (int row = first; row < end; row++) NormaliseBackward(row, s.sum, s.statistics, s.gain, s.dy, s.dSum);
        });
        ForColumns(columns, (sum, statistics, dy, dGain, dBias), static (s, first, count) => ScaleGradients(first, count, s.sum, s.statistics, s.dy, s.dGain, s.dBias));
    }

    static void NormaliseBackward(int row, Tensor sum, Tensor statistics, Tensor gain, Tensor dy, Tensor dSum)
    {
        int columns = sum.Columns;
        long at = (long)row * columns;
        float mean = statistics.Data[2 * row], inverse = statistics.Data[2 * row + 1];
        (float sumG, float sumGX) = Upstream(sum.Data + at, dy.Data + at, gain.Data, columns);
        float meanG = sumG / columns, meanGN = inverse * (sumGX / columns - mean * meanG); // mean(g n) = inverse (mean(g x) - mean mean(g))
        Slope(sum.Data + at, dy.Data + at, gain.Data, dSum.Data + at, inverse, inverse * inverse * meanGN, inverse * (mean * inverse * meanGN - meanG), columns);
    }

    static void ScaleGradients(int first, int count, Tensor sum, Tensor statistics, Tensor dy, Tensor dGain, Tensor dBias)
    {
        int columns = sum.Columns;
        int i = 0;
        for (; i + 2 * Lanes <= count; i += 2 * Lanes) // a cache line of every row at a time
        {
            float* gainTo = dGain.Data + first + i, biasTo = dBias.Data + first + i, x = sum.Data + first + i, upstream = dy.Data + first + i, row = statistics.Data;
            Vector<float> gain0 = Load(gainTo), gain1 = Load(gainTo + Lanes), bias0 = Load(biasTo), bias1 = Load(biasTo + Lanes);
            for (int left = sum.Rows; left > 0; left--, x += columns, upstream += columns, row += 2)
            {
                Vector<float> mean = new(row[0]), inverse = new(row[1]), d0 = Load(upstream), d1 = Load(upstream + Lanes);
                gain0 = Vector.FusedMultiplyAdd((Load(x) - mean) * inverse, d0, gain0);
                gain1 = Vector.FusedMultiplyAdd((Load(x + Lanes) - mean) * inverse, d1, gain1);
                bias0 += d0;
                bias1 += d1;
            }
            gain0.Store(gainTo);
            gain1.Store(gainTo + Lanes);
            bias0.Store(biasTo);
            bias1.Store(biasTo + Lanes);
        }
        for (; i < count; i++)
            for (int row = 0; row < sum.Rows; row++)
            {
                float d = dy.Data[(long)row * columns + first + i];
                dGain.Data[first + i] += (sum.Data[(long)row * columns + first + i] - statistics.Data[2 * row]) * statistics.Data[2 * row + 1] * d;
                dBias.Data[first + i] += d;
            }
    }

    /// <summary>Σ g and Σ g x, where g = dy gain.</summary>
    static (float G, float GX) Upstream(float* x, float* dy, float* gain, int count)
    {
        Vector<float> g = default, gx = default;
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            Vector<float> part = Load(dy + i) * Load(gain + i);
            g += part;
            gx = Vector.FusedMultiplyAdd(part, Load(x + i), gx);
        }
        (float sumG, float sumGX) = (Vector.Sum(g), Vector.Sum(gx));
        for (; i < count; i++) (sumG, sumGX) = (sumG + dy[i] * gain[i], sumGX + dy[i] * gain[i] * x[i]);
        return (sumG, sumGX);
    }

    /// <summary>dx = inverse dy gain - slope x + offset</summary>
    static void Slope(float* x, float* dy, float* gain, float* dx, float inverse, float slope, float offset, int count)
    {
        Vector<float> inverses = new(inverse), slopes = new(-slope), offsets = new(offset);
        int i = 0;
        for (; i + Lanes <= count; i += Lanes)
            Vector.FusedMultiplyAdd(Load(dy + i) * Load(gain + i), inverses, Vector.FusedMultiplyAdd(Load(x + i), slopes, offsets)).Store(dx + i);
        for (; i < count; i++) dx[i] = inverse * dy[i] * gain[i] - slope * x[i] + offset;
    }

    public void RmsNorm(Tensor x, Tensor gain, float epsilon, Tensor statistics, Tensor y)
    {
        ForRows(x.Rows, x.Columns, (x, gain, epsilon, statistics, y), static (s, first, end) =>
        {
            for (int row = first; row < end; row++) RootNormalise(row, s.x, s.gain, s.epsilon, s.statistics, s.y);
        });
    }

    static void RootNormalise(int row, Tensor x, Tensor gain, float epsilon, Tensor statistics, Tensor y)
    {
        int columns = x.Columns;
        float* from = x.Data + (long)row * columns, to = y.Data + (long)row * columns, g = gain.Data;
        float inverse = 1 / MathF.Sqrt(SquaredDistance(from, 0, columns) / columns + epsilon);
        var inverses = new Vector<float>(inverse);
        int i = 0;
        for (; i + Lanes <= columns; i += Lanes) (Load(from + i) * inverses * Load(g + i)).Store(to + i);
        for (; i < columns; i++) to[i] = from[i] * inverse * g[i];
        statistics.Data[row] = inverse;
    }

    /// <summary>With g = dy gain: dx = inverse (g - x inverse² mean(g x)).</summary>
    public void RmsNormBackward(Tensor x, Tensor statistics, Tensor gain, Tensor dy, Tensor dx, Tensor dGain)
    {
        ForRows(x.Rows, x.Columns, (x, statistics, gain, dy, dx), static (s, first, end) =>
        {
            for (int row = first; row < end; row++) RootNormaliseBackward(row, s.x, s.statistics, s.gain, s.dy, s.dx);
        });
        ForColumns(x.Columns, (x, statistics, dy, dGain), static (s, first, count) => RootScaleGradient(first, count, s.x, s.statistics, s.dy, s.dGain));
    }

    static void RootNormaliseBackward(int row, Tensor x, Tensor statistics, Tensor gain, Tensor dy, Tensor dx)
    {
        int columns = x.Columns;
        long at = (long)row * columns;
        float inverse = statistics.Data[row];
        (_, float sumGX) = Upstream(x.Data + at, dy.Data + at, gain.Data, columns);
        Slope(x.Data + at, dy.Data + at, gain.Data, dx.Data + at, inverse, inverse * inverse * inverse * sumGX / columns, 0, columns);
    }

    static void RootScaleGradient(int first, int count, Tensor x, Tensor statistics, Tensor dy, Tensor dGain)
    {
        int columns = x.Columns;
        int i = 0;
        for (; i + 2 * Lanes <= count; i += 2 * Lanes)
        {
            float* to = dGain.Data + first + i, from = x.Data + first + i, upstream = dy.Data + first + i;
            Vector<float> sum0 = Load(to), sum1 = Load(to + Lanes);
            for (int row = 0; row < x.Rows; row++, from += columns, upstream += columns)
            {
                var inverse = new Vector<float>(statistics.Data[row]);
                sum0 = Vector.FusedMultiplyAdd(Load(from) * inverse, Load(upstream), sum0);
                sum1 = Vector.FusedMultiplyAdd(Load(from + Lanes) * inverse, Load(upstream + Lanes), sum1);
            }
            sum0.Store(to);
            sum1.Store(to + Lanes);
        }
        for (; i < count; i++)
            for (int row = 0; row < x.Rows; row++)
                dGain.Data[first + i] += x.Data[(long)row * columns + first + i] * statistics.Data[row] * dy.Data[(long)row * columns + first + i];
    }
}
