using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>What makes numbers of a tile's sums of bytes: scale · (weight · sum) + (shift · offset + bias), the first and the third by row, the others by column.</summary>
/// <remarks>Machine code reads it: the order of the fields counts.</remarks>
/// <param name="Weights">By column.</param>
/// <param name="Offsets">By column: what a zero point is multiplied with.</param>
/// <param name="Biases">By column.</param>
/// <param name="Scales">By row.</param>
/// <param name="Shifts">By row: scale times zero point, negated.</param>
readonly unsafe record struct ByteScale(nint Weights, nint Offsets, nint Biases, nint Scales, nint Shifts)
{
    /// <summary>c (rows, columns) of sums (rows, columns), both wide by eights.</summary>
    public void Apply(int* sums, int rows, int columns, float* c, nint cStride)
    {
        for (int i = 0; i < columns; i += Vector256<float>.Count)
        {
            Vector256<float> weight = Vector256.Load((float*)Weights + i), offset = Vector256.Load((float*)Offsets + i), bias = Vector256.Load((float*)Biases + i);
            for (int row = 0; row < rows; row++)
                Vector256.FusedMultiplyAdd(
                    Vector256.ConvertToSingle(Vector256.Load(sums + row * columns + i)) * weight, Vector256.Create(((float*)Scales)[row]),
                    Vector256.FusedMultiplyAdd(Vector256.Create(((float*)Shifts)[row]), offset, bias)).Store(c + row * cStride + i);
        }
    }
}
