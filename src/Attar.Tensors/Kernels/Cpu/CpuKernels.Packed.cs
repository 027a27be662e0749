using Attar.Tensors.Kernels.Cpu.BFloat16;
using Attar.Tensors.Kernels.Cpu.Quantized;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    const int FewOutputs = 32; // the products are too small for bytes to save anything
    const int FeedForwardRows = 96; // at four times a width of 384 the middle is 590 KB, within a core's own cache

    public IPackedMatrix Pack(Tensor weight, Precision precision = Precision.Float32) => precision == Precision.Int8 && weight.Rows >= FewOutputs ? PackBytes(weight)
        : precision == Precision.BFloat16 && weight.Rows >= FewOutputs && BFloats ? PackBFloats(weight)
        : Instructions switch
        {
            InstructionSet.Vector512 => Pack<Tile512>(weight),
            InstructionSet.Vector256 => Pack<Tile256>(weight),
            _ => Pack<Tile128>(weight),
        };

    QuantizedMatrix PackBytes(Tensor weight)
    {
        if (weight.Format != NumberFormat.Float32)
        {
            using Tensor wide = weight.Widened();
            return PackBytes(wide);
        }
        MatrixView view = MatrixView.Of(weight);
        return Bytes switch
        {
            ByteTiles.Vnni512 => QuantizedGemm<ByteTileVnni512>.Pack(view),
            ByteTiles.Vnni256 => QuantizedGemm<ByteTileVnni256>.Pack(view),
            ByteTiles.Avx2 => QuantizedGemm<ByteTileAvx2>.Pack(view),
            _ => QuantizedGemm<ByteTilePortable>.Pack(view),
        };
    }

    static PackedMatrix Pack<TTile>(Tensor weight) where TTile : struct, IMicroKernel
    {
        var packed = new PackedMatrix(weight.Rows, weight.Columns, Gemm<TTile>.PackedSize(weight.Columns, weight.Rows));
        Gemm<TTile>.Pack(MatrixView.OfWeight(weight).Transposed, packed.Data);
        return packed;
    }

    BFloatMatrix PackBFloats(Tensor weight)
    {
        var packed = new BFloatMatrix(weight.Rows, weight.Columns);
        BFloatGemm.Pack(team, scratch, MatrixView.OfWeight(weight).Transposed, packed.Data);
        return packed;
    }

    /// <summary>Whether there are products of bfloat16, and <see cref="Instructions"/> allow them.</summary>
    bool BFloats => Instructions == InstructionSet.Vector512 && BFloatTile.IsSupported;

    public void MatMul(Tensor a, IPackedMatrix weight, Tensor c, Tensor? bias = null)
    {
        CheckProduct(a, weight, c.Rows, c.Columns, bias);
        Multiply(team, scratch, MatrixView.Of(a), weight, c.Data, c.Columns, bias == null ? null : bias.Data);
    }

    public void FeedForward(Tensor x, IPackedMatrix up, Tensor? upBias, IPackedMatrix down, Tensor? downBias, Tensor y)
    {
        CheckProduct(x, up, x.Rows, down.Inputs, upBias);
        if (y.Rows != x.Rows || y.Columns != down.Outputs || (downBias != null && downBias.Count != y.Columns)) throw new ArgumentException($"feed-forward of {x} over ({up.Inputs}, {up.Outputs}, {down.Outputs}) into {y} with bias {downBias}");
        team.For((x.Rows + FeedForwardRows - 1) / FeedForwardRows, (own: this, x, up, upBias, down, downBias, y), static (s, task, worker) =>
            s.own.FeedForwardRun(task * FeedForwardRows, s.x, s.up, s.upBias == null ? null : s.upBias.Data, s.down, s.downBias == null ? null : s.downBias.Data, s.y, s.own.alone[worker]));
    }

    void FeedForwardRun(int first, Tensor x, IPackedMatrix up, float* upBias, IPackedMatrix down, float* downBias, Tensor y, (ThreadTeam Team, Scratch[] Scratch) one)
    {
        int rows = Math.Min(FeedForwardRows, x.Rows - first);
        float* wide = one.Scratch[0].Get(Slots.Wide, (long)FeedForwardRows * up.Outputs);
        Multiply(one.Team, one.Scratch, MatrixView.Of(x).Slice(first, rows, 0, x.Columns), up, wide, up.Outputs, upBias);
        VectorMath.Gelu(new Span<float>(wide, rows * up.Outputs));
        Multiply(one.Team, one.Scratch, new MatrixView(wide, rows, up.Outputs, up.Outputs, 1), down, y.Data + (long)first * y.Columns, y.Columns, downBias);
    }

    static void CheckProduct(Tensor a, IPackedMatrix weight, int rows, int columns, Tensor? bias)
    {
        if (a.Columns != weight.Inputs || rows != a.Rows || columns != weight.Outputs || (bias != null && bias.Count != columns))
            throw new ArgumentException($"product of {a} and a packed ({weight.Inputs}, {weight.Outputs}) into ({rows}, {columns}){(bias == null ? "" : $" with bias {bias}")}");
    }

    /// <summary>c = a weightᵀ + bias, by however many threads the team has.</summary>
    void Multiply(ThreadTeam team, Scratch[] scratch, MatrixView a, IPackedMatrix weight, float* c, int cStride, float* bias)
    {
        if (weight is BFloatMatrix words) BFloatGemm.Multiply(team, scratch, a, words.Data, words.Outputs, c, cStride, bias, false);
        else if (weight is QuantizedMatrix bytes)
            switch (Bytes)
            {
                case ByteTiles.Vnni512: QuantizedGemm<ByteTileVnni512>.Multiply(team, scratch, a, bytes, c, cStride, bias); break;
                case ByteTiles.Vnni256: QuantizedGemm<ByteTileVnni256>.Multiply(team, scratch, a, bytes, c, cStride, bias); break;
                case ByteTiles.Avx2: QuantizedGemm<ByteTileAvx2>.Multiply(team, scratch, a, bytes, c, cStride, bias); break;
                default: QuantizedGemm<ByteTilePortable>.Multiply(team, scratch, a, bytes, c, cStride, bias); break;
            }
        else
        {
            var packed = (PackedMatrix)weight;
            switch (Instructions)
            {
                case InstructionSet.Vector512: Gemm<Tile512>.MultiplyPacked(team, scratch, a, packed, c, cStride, bias); break;
                case InstructionSet.Vector256: Gemm<Tile256>.MultiplyPacked(team, scratch, a, packed, c, cStride, bias); break;
                default: Gemm<Tile128>.MultiplyPacked(team, scratch, a, packed, c, cStride, bias); break;
            }
        }
    }

    /// <summary>The widest that the processor has and <see cref="Instructions"/> allow.</summary>
    public ByteTiles Bytes { get; init; }

    static ByteTiles WidestBytes(InstructionSet instructions) =>
        instructions == InstructionSet.Vector512 && ByteTileVnni512.IsSupported ? ByteTiles.Vnni512
        : instructions != InstructionSet.Portable && ByteTileVnni256.IsSupported ? ByteTiles.Vnni256
        : instructions != InstructionSet.Portable && ByteTileAvx2.IsSupported ? ByteTiles.Avx2
        : ByteTiles.Portable;
}

/// <summary>The ways to multiply bytes, widest last.</summary>
public enum ByteTiles { Portable, Avx2, Vnni256, Vnni512 }
