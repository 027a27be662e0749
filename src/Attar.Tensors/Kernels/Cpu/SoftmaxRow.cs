using System.Numerics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Softmax of one row of attention scores and its gradient, in place. Rows have room for whole vectors.</summary>
static unsafe class SoftmaxRow
{
    /// <summary>x = softmax(scale x) over the first <paramref name="visible"/> elements; the others up to <paramref name="count"/>, and the rest of the last vector, become 0.</summary>
    public static void Forward(float* x, int visible, int count, float scale)
    {
        int width = Vector<float>.Count, whole = visible / width * width;
        var nothing = new Vector<float>(float.NegativeInfinity);
        Vector<float> max = nothing;
        for (int i = 0; i < whole; i += width) max = Vector.Max(max, Vector.Load(x + i));
        if (whole < visible)
        {
            Vector<float> last = Vector.ConditionalSelect(Vector.LessThan(Vector<int>.Indices, new Vector<int>(visible - whole)), Vector.Load(x + whole), nothing);
            last.Store(x + whole);
            max = Vector.Max(max, last);
        }
        Vector<float> sum = default, scales = new(scale), top = new(-scale * VectorMath.MaxAcross(max));
        for (int i = 0; i < visible; i += width)
        {
            Vector<float> value = VectorMath.Exp(Vector.FusedMultiplyAdd(Vector.Load(x + i), scales, top));
            value.Store(x + i);
            sum += value;
        }
        var inverse = new Vector<float>(1 / Vector.Sum(sum));
        int at = 0;
        for (; at < visible; at += width) (Vector.Load(x + at) * inverse).Store(x + at);
        for (; at < count; at += width) Vector<float>.Zero.Store(x + at);
    }

    /// <summary>x = tanh(scale x): scores as shares of their soft cap.</summary>
    public static void Cap(float* x, int count, float scale)
    {
        var scales = new Vector<float>(scale);
        for (int i = 0; i < count; i += Vector<float>.Count) VectorMath.Tanh(Vector.Load(x + i) * scales).Store(x + i);
    }

    /// <summary>gradient = gradient (1 - capped²), the slope of the cap.</summary>
    public static void CapBackward(float* capped, float* gradient, int count)
    {
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> share = Vector.Load(capped + i);
            (Vector.Load(gradient + i) * (Vector<float>.One - share * share)).Store(gradient + i);
        }
    }

    /// <summary>gradient = weights (gradient - Σ weights gradient) scale; weights beyond <paramref name="count"/> are 0.</summary>
    public static void Backward(float* weights, float* gradient, int count, float scale)
    {
        int width = Vector<float>.Count;
        Vector<float> dot = default;
        for (int i = 0; i < count; i += width) dot = Vector.FusedMultiplyAdd(Vector.Load(weights + i), Vector.Load(gradient + i), dot);
        Vector<float> mean = new(Vector.Sum(dot)), scales = new(scale);
        for (int i = 0; i < count; i += width) (Vector.Load(weights + i) * scales * (Vector.Load(gradient + i) - mean)).Store(gradient + i);
    }
}
