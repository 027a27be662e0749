using System.Runtime.CompilerServices;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>Products with weights in bytes. Activations become bytes too, each row with the scale and zero point of its own range, found when it is multiplied (dynamic quantisation).</summary>
/// <remarks>x ≈ s (q - z) with q in 0..255 and w ≈ t p with p in -127..127 give x · w ≈ s t (Σ q p - z Σ p): sums of whole numbers, exact in any order.</remarks>
static unsafe class QuantizedGemm<TTile> where TTile : struct, IByteTile
{
    const int TilesPerBlock = 4; // rows whose bytes stay in the first-level cache beside a strip of B
    const double OperationsWorthATeam = 1_000_000;

    /// <summary>A weight (outputs, inputs) of any format with the scale of each output's largest magnitude.</summary>
    /// <param name="outliers">Activations have values far from all others, so that both are <see cref="QuantizedMatrix.Turned"/>.</param>
    public static QuantizedMatrix Pack(MatrixView weight, bool outliers)
    {
        var packed = new QuantizedMatrix(weight.Rows, weight.Columns, TTile.Columns, outliers);
        using Tensor wide = Tensor.Zeros(1, weight.IsNarrow ? weight.Columns : 0), turned = Tensor.Zeros(1, packed.Turned ? weight.Columns : 0);
        for (int output = 0; output < weight.Rows; output++)
        {
            float* row = weight.IsNarrow ? wide.Data : weight.Data + output * weight.RowStride;
            if (weight.IsNarrow) weight.Widen(output, 0, weight.Columns, row);
            if (packed.Turned)
            {
                HadamardBlocks.Write(row, weight.Columns, turned.Data);
                row = turned.Data;
                for (int i = 0; i < weight.Columns; i++) row[i] /= HadamardBlocks.Size;
            }
            float largest = 0;
            for (int i = 0; i < weight.Columns; i++) largest = MathF.Max(largest, MathF.Abs(row[i]));
            float inverse = largest > 0 ? 127 / largest : 0;
            sbyte* to = packed.Data + (long)(output / TTile.Columns) * TTile.Columns * 4 * packed.Groups + output % TTile.Columns * 4;
            for (int i = 0; i < weight.Columns; i++)
            {
                sbyte value = (sbyte)MathF.Round(row[i] * inverse);
                to[i / 4 * 4 * TTile.Columns + i % 4] = value;
                packed.Sums[output] += value;
            }
            packed.Scales[output] = largest / 127;
            packed.Sums[output] *= packed.Scales[output];
        }
        return packed;
    }

    /// <summary>c = a bᵀ + bias, shared out by rows of c.</summary>
    public static void Multiply(ThreadTeam team, Scratch[] scratch, MatrixView a, QuantizedMatrix b, float* c, int cStride, float* bias)
    {
        int blockRows = TTile.Rows * TilesPerBlock, blocks = (a.Rows + blockRows - 1) / blockRows;
        var job = new Job(a, b, c, cStride, bias, blockRows);
        if (team.Size == 1 || 2.0 * a.Rows * b.Outputs * b.Inputs < OperationsWorthATeam)
            for (int block = 0; block < blocks; block++) job.Run(block, scratch[0]);
        else
            team.For(blocks, (job, scratch), static (s, block, worker) => s.job.Run(block, s.scratch[worker]));
    }

    readonly struct Job(MatrixView a, QuantizedMatrix b, float* c, int cStride, float* bias, int blockRows)
    {
        readonly MatrixView a = a;
        readonly float* c = c, bias = bias;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int block, Scratch scratch)
        {
            int first = block * blockRows, rows = Math.Min(blockRows, a.Rows - first), stride = 4 * b.Groups;
            byte* bytes = (byte*)scratch.Get(Slots.PackedA, (long)blockRows * b.Groups);
            float* scales = scratch.Get(Slots.RowScales, 2 * blockRows), shifts = scales + blockRows, tile = scratch.Get(Slots.Edge, TTile.Rows * TTile.Columns);
            float* turned = b.Turned ? scratch.Get(Slots.Turned, a.Columns) : null;
            for (int row = 0; row < rows; row++)
            {
                float* from = a.Data + (first + row) * a.RowStride;
                if (turned != null)
                {
                    HadamardBlocks.Write(from, a.Columns, turned);
                    from = turned;
                }
                (scales[row], int zero) = QuantizedRow.Write(from, a.Columns, bytes + (long)row * stride);
                shifts[row] = -scales[row] * zero;
            }
            float* padded = stackalloc float[TTile.Columns]; // of the bias, where there is none or too little
            new Span<float>(padded, TTile.Columns).Clear();
            for (int column = 0; column < b.Outputs; column += TTile.Columns)
            {
                sbyte* strip = b.Data + (long)column * stride, ahead = column + TTile.Columns < b.Outputs ? strip + (long)TTile.Columns * stride : strip;
                int columns = Math.Min(TTile.Columns, b.Outputs - column);
                float* biases = bias == null || columns < TTile.Columns ? padded : bias + column;
                if (bias != null && biases == padded) new Span<float>(bias + column, columns).CopyTo(new Span<float>(padded, columns));
                for (int row = 0; row < rows; row += TTile.Rows, ahead += (long)b.Groups * IByteTile.AheadOfGroup)
                {
                    var scale = new ByteScale((nint)(b.Scales + column), (nint)(b.Sums + column), (nint)biases, (nint)(scales + row), (nint)(shifts + row));
                    float* to = c + (long)(first + row) * cStride + column;
                    int live = Math.Min(TTile.Rows, rows - row);
                    if (live == TTile.Rows && columns == TTile.Columns)
                    {
                        TTile.Run(b.Groups, bytes + (long)row * stride, stride, strip, scale, to, cStride, ahead);
                        continue;
                    }
                    TTile.Run(b.Groups, bytes + (long)row * stride, stride, strip, scale, tile, TTile.Columns, ahead);
                    for (int i = 0; i < live; i++, to += cStride) VectorMath.Sum(tile + i * TTile.Columns, null, to, columns);
                }
            }
        }
    }
}
