using Attar.Tensors.Kernels.Cpu.BFloat16;
using Attar.Tensors.Kernels.Cpu.Quantized;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    const int FewOutputs = 32; // the products are too small for bytes to save anything
    const int PanelRows = 204; // with a panel of the middle 840 KB at a width of 384, within a core's own cache
    const int WideRows = 96; // the whole middle of four times that width is 590 KB
    const int WholeTiles = 12; // rows of whole tiles, whichever they are

    public IPackedMatrix Pack(Tensor weight, Precision precision = Precision.Float32, bool outliers = false) => precision == Precision.Int8 && weight.Rows >= FewOutputs ? PackBytes(weight, outliers)
        : InBFloats(weight, precision) ? PackBFloats(weight)
        : Instructions switch
        {
            InstructionSet.Vector512 => Pack<Tile512>(weight),
            InstructionSet.Vector256 => Pack<Tile256>(weight),
            _ => Pack<Tile128>(weight),
        };

    public IPackedMatrix InPlace(Tensor weight, Precision precision = Precision.Float32, bool outliers = false) => precision == Precision.Int8 ? Pack(weight, precision, outliers) : new WeightInPlace(weight, InBFloats(weight, precision));

    bool InBFloats(Tensor weight, Precision precision) => precision == Precision.BFloat16 && weight.Rows >= FewOutputs && BFloats;

    QuantizedMatrix PackBytes(Tensor weight, bool outliers)
    {
        MatrixView view = MatrixView.OfWeight(weight);
        return Bytes switch
        {
            ByteTiles.Vnni512 => QuantizedGemm<ByteTileVnni512>.Pack(view, outliers),
            ByteTiles.Vnni256 => QuantizedGemm<ByteTileVnni256>.Pack(view, outliers),
            ByteTiles.Avx2 => QuantizedGemm<ByteTileAvx2>.Pack(view, outliers),
            _ => QuantizedGemm<ByteTilePortable>.Pack(view, outliers),
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
        int rows = FeedForwardPart(x.Rows, up is PackedMatrix && down is PackedMatrix ? PanelRows : WideRows);
        team.For((x.Rows + rows - 1) / rows, (own: this, rows, x, up, upBias, down, downBias, y), static (s, task, worker) =>
            s.own.FeedForwardRun(task * s.rows, Math.Min(s.rows, s.x.Rows - task * s.rows), s.x, s.up, s.upBias == null ? null : s.upBias.Data, s.down, s.downBias == null ? null : s.downBias.Data, s.y, s.own.alone[worker]));
    }

    /// <summary>Rows of a task: equal parts, as many for every thread, so that none is so small that its weights' way from memory counts.</summary>
    int FeedForwardPart(int rows, int most)
    {
        int parts = team.Size * Math.Max(1, (rows + most * team.Size - 1) / (most * team.Size)), part = (rows + parts - 1) / parts;
        return Math.Max(1, (part + WholeTiles - 1) / WholeTiles) * WholeTiles;
    }

    void FeedForwardRun(int first, int rows, Tensor x, IPackedMatrix up, float* upBias, IPackedMatrix down, float* downBias, Tensor y, (ThreadTeam Team, Scratch[] Scratch) one)
    {
        MatrixView from = MatrixView.Of(x).Slice(first, rows, 0, x.Columns);
        float* to = y.Data + (long)first * y.Columns;
        if (up is PackedMatrix upward && down is PackedMatrix downward)
        {
            switch (Instructions)
            {
                case InstructionSet.Vector512: Gemm<Tile512>.FeedForward(one.Scratch[0], from, upward, upBias, downward, downBias, to, y.Columns); break;
                case InstructionSet.Vector256: Gemm<Tile256>.FeedForward(one.Scratch[0], from, upward, upBias, downward, downBias, to, y.Columns); break;
                default: Gemm<Tile128>.FeedForward(one.Scratch[0], from, upward, upBias, downward, downBias, to, y.Columns); break;
            }
            return;
        }
        float* wide = one.Scratch[0].Get(Slots.Wide, (long)WideRows * up.Outputs);
        Multiply(one.Team, one.Scratch, from, up, wide, up.Outputs, upBias);
        VectorMath.Gelu(new Span<float>(wide, rows * up.Outputs));
        Multiply(one.Team, one.Scratch, new MatrixView(wide, rows, up.Outputs, up.Outputs, 1), down, to, y.Columns, downBias);
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
        else if (weight is WeightInPlace { Words: true } rounded) BFloatGemm.Multiply(team, scratch, a, rounded.View, c, cStride, bias, false);
        else if (weight is WeightInPlace own) Multiply(team, scratch, a, own.View, c, cStride, bias, false);
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

    /// <summary>What products are computed with here, as <c>Vector512, 8 bits by Vnni512, bfloat16</c>.</summary>
    public string Described => $"{Instructions}, 8 bits by {Bytes}{(BFloats ? ", bfloat16" : "")}";

    static ByteTiles WidestBytes(InstructionSet instructions) =>
        instructions == InstructionSet.Vector512 && ByteTileVnni512.IsSupported ? ByteTiles.Vnni512
        : instructions != InstructionSet.Portable && ByteTileVnni256.IsSupported ? ByteTiles.Vnni256
        : instructions != InstructionSet.Portable && ByteTileAvx2.IsSupported ? ByteTiles.Avx2
        : ByteTiles.Portable;
}

/// <summary>The ways to multiply bytes, widest last.</summary>
public enum ByteTiles { Portable, Avx2, Vnni256, Vnni512 }
