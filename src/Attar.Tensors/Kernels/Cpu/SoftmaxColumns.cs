using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>Softmax down the columns of attention scores, in place: lanes are columns, so that nothing is added up across a vector.</summary>
static unsafe class SoftmaxColumns
{
    /// <summary>x (rows, columns) = softmax(scale x) of each column; scale is above 0.</summary>
    /// <param name="columns">Whole vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* x, int rows, int columns, float scale)
    {
        int width = Vector<float>.Count;
        var scales = new Vector<float>(scale);
        for (int column = 0; column < columns; column += width)
        {
            float* first = x + column, end = first + (long)rows * columns;
            Vector<float> max = Vector.Load(first), sum = default;
            for (float* at = first + columns; at < end; at += columns) max = Vector.Max(max, Vector.Load(at));
            Vector<float> top = -(max * scales);
            for (float* at = first; at < end; at += columns)
            {
                Vector<float> value = VectorMath.Exp(Vector.FusedMultiplyAdd(Vector.Load(at), scales, top));
                value.Store(at);
                sum += value;
            }
            Vector<float> inverse = Vector<float>.One / sum;
            for (float* at = first; at < end; at += columns) (Vector.Load(at) * inverse).Store(at);
        }
    }
}
