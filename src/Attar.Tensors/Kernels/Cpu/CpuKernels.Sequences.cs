using System.Numerics.Tensors;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    public void Rope(Tensor x, int[] positions, int headSize, float theta, bool inverse)
    {
        int half = headSize / 2, heads = x.Columns / headSize;
        float[] frequencies = new float[half];
        for (int i = 0; i < half; i++) frequencies[i] = (float)Math.Pow(theta, -2.0 * i / headSize);
        ForRows(x.Rows, x.Columns, row =>
        {
            Span<float> cos = stackalloc float[half], sin = stackalloc float[half];
            for (int i = 0; i < half; i++)
            {
                (float s, float c) = MathF.SinCos(positions[row] * frequencies[i]);
                (sin[i], cos[i]) = (inverse ? -s : s, c);
            }
            for (int head = 0; head < heads; head++)
            {
                float* first = x.Data + (long)row * x.Columns + head * headSize, second = first + half;
                for (int i = 0; i < half; i++)
                    (first[i], second[i]) = (first[i] * cos[i] - second[i] * sin[i], second[i] * cos[i] + first[i] * sin[i]);
            }
        });
    }

    public void Gather(Tensor table, int[] rows, Tensor y, bool accumulate = false) => ForRows(rows.Length, y.Columns, row =>
    {
        Span<float> from = table.Row(rows[row]), to = y.Row(row);
        if (accumulate) TensorPrimitives.Add(to, from, to);
        else from.CopyTo(to);
    });

    // Several rows may add to one: tasks own columns, so no two threads meet and the order of additions is fixed.
    public void ScatterAdd(Tensor y, int[] rows, Tensor table) => ForColumns(table.Columns, (first, count) =>
    {
        for (int row = 0; row < rows.Length; row++)
        {
            Span<float> to = table.Row(rows[row]).Slice(first, count);
            TensorPrimitives.Add(to, y.Row(row).Slice(first, count), to);
        }
    });

    public void SoftmaxCrossEntropy(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits, float scale) => ForRows(logits.Rows, logits.Columns, row =>
    {
        Span<float> probabilities = dLogits.Row(row), target = targets.Row(row);
        float logSum = Softmax(logits.Row(row), probabilities), mass = TensorPrimitives.Sum<float>(target);
        loss.Data[row] = mass * logSum - TensorPrimitives.Dot<float>(target, logits.Row(row));
        TensorPrimitives.Multiply(probabilities, mass, probabilities);
        TensorPrimitives.Subtract(probabilities, target, probabilities);
        TensorPrimitives.Multiply(probabilities, scale, probabilities);
    });

    public void SoftmaxCrossEntropy(Tensor logits, int[] labels, Tensor loss, Tensor dLogits, float scale) => ForRows(logits.Rows, logits.Columns, row =>
    {
        Span<float> probabilities = dLogits.Row(row);
        loss.Data[row] = Softmax(logits.Row(row), probabilities) - logits.Row(row)[labels[row]];
        probabilities[labels[row]] -= 1;
        TensorPrimitives.Multiply(probabilities, scale, probabilities);
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
