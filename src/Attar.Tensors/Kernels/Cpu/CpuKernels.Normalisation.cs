using System.Numerics.Tensors;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    public void LayerNorm(Tensor x, Tensor? residual, Tensor gain, Tensor bias, float epsilon, Tensor sum, Tensor statistics, Tensor y)
    {
        int columns = x.Columns;
        ForRows(x.Rows, columns, row =>
        {
            Span<float> total = sum.Row(row), result = y.Row(row);
            if (residual != null) TensorPrimitives.Add(x.Row(row), residual.Row(row), total);
            else x.Row(row).CopyTo(total);
            float mean = TensorPrimitives.Sum<float>(total) / columns;
            TensorPrimitives.Subtract(total, mean, result);
            float inverse = 1 / MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(result) / columns + epsilon);
            TensorPrimitives.Multiply(result, inverse, result);
            TensorPrimitives.MultiplyAdd(result, gain.Row(0), bias.Row(0), result);
            (statistics.Data[2 * row], statistics.Data[2 * row + 1]) = (mean, inverse);
        });
    }

    /// <summary>With n = (sum - mean) inverse and g = dy gain: dSum = inverse (g - mean(g) - n mean(g n)).</summary>
    public void LayerNormBackward(Tensor sum, Tensor statistics, Tensor gain, Tensor dy, Tensor dSum, Tensor dGain, Tensor dBias)
    {
        int columns = sum.Columns;
        ForRows(sum.Rows, columns, row =>
        {
            float mean = statistics.Data[2 * row], inverse = statistics.Data[2 * row + 1];
            ReadOnlySpan<float> x = sum.Row(row);
            Span<float> g = dSum.Row(row);
            TensorPrimitives.Multiply(dy.Row(row), gain.Row(0), g);
            float meanG = TensorPrimitives.Sum<float>(g) / columns;
            // mean(g n) = inverse (mean(g x) - mean mean(g))
            float meanGN = inverse * (TensorPrimitives.Dot<float>(g, x) / columns - mean * meanG);
            float slope = inverse * inverse * meanGN, offset = inverse * (mean * inverse * meanGN - meanG);
            for (int i = 0; i < columns; i++) g[i] = inverse * g[i] - slope * x[i] + offset;
        });
        ForColumns(columns, (first, count) =>
        {
            Span<float> n = stackalloc float[count];
            Span<float> gainSum = new(dGain.Data + first, count), biasSum = new(dBias.Data + first, count);
            for (int row = 0; row < sum.Rows; row++)
            {
                float mean = statistics.Data[2 * row], inverse = statistics.Data[2 * row + 1];
                ReadOnlySpan<float> upstream = dy.Row(row).Slice(first, count);
                TensorPrimitives.Subtract(sum.Row(row).Slice(first, count), mean, n);
                TensorPrimitives.Multiply(n, inverse, n);
                TensorPrimitives.MultiplyAdd(n, upstream, gainSum, gainSum);
                TensorPrimitives.Add(biasSum, upstream, biasSum);
            }
        });
    }

    public void RmsNorm(Tensor x, Tensor gain, float epsilon, Tensor statistics, Tensor y)
    {
        int columns = x.Columns;
        ForRows(x.Rows, columns, row =>
        {
            float inverse = 1 / MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(x.Row(row)) / columns + epsilon);
            TensorPrimitives.Multiply(x.Row(row), inverse, y.Row(row));
            TensorPrimitives.Multiply(y.Row(row), gain.Row(0), y.Row(row));
            statistics.Data[row] = inverse;
        });
    }

    /// <summary>With g = dy gain: dx = inverse (g - x inverse² mean(g x)).</summary>
    public void RmsNormBackward(Tensor x, Tensor statistics, Tensor gain, Tensor dy, Tensor dx, Tensor dGain)
    {
        int columns = x.Columns;
        ForRows(x.Rows, columns, row =>
        {
            float inverse = statistics.Data[row];
            ReadOnlySpan<float> value = x.Row(row);
            Span<float> g = dx.Row(row);
            TensorPrimitives.Multiply(dy.Row(row), gain.Row(0), g);
            float slope = inverse * inverse * inverse * TensorPrimitives.Dot<float>(g, value) / columns;
            for (int i = 0; i < columns; i++) g[i] = inverse * g[i] - slope * value[i];
        });
        ForColumns(columns, (first, count) =>
        {
            Span<float> n = stackalloc float[count];
            Span<float> gainSum = new(dGain.Data + first, count);
            for (int row = 0; row < x.Rows; row++)
            {
                TensorPrimitives.Multiply(x.Row(row).Slice(first, count), statistics.Data[row], n);
                TensorPrimitives.MultiplyAdd(n, dy.Row(row).Slice(first, count), gainSum, gainSum);
            }
        });
    }
}
