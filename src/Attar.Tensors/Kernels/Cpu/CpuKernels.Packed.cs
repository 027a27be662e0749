using Attar.Tensors.Kernels.Cpu.Quantized;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    const int FewOutputs = 32; // the products are too small for bytes to save anything

    public IPackedMatrix Pack(Tensor weight, Precision precision = Precision.Float32) => precision == Precision.Int8 && weight.Rows >= FewOutputs
        ? Bytes switch
        {
            ByteTiles.Vnni512 => QuantizedGemm<ByteTileVnni512>.Pack(MatrixView.Of(weight)),
            ByteTiles.Vnni256 => QuantizedGemm<ByteTileVnni256>.Pack(MatrixView.Of(weight)),
            ByteTiles.Avx2 => QuantizedGemm<ByteTileAvx2>.Pack(MatrixView.Of(weight)),
            _ => QuantizedGemm<ByteTilePortable>.Pack(MatrixView.Of(weight)),
        }
        : Instructions switch
        {
            InstructionSet.Vector512 => Pack<Tile512>(weight),
            InstructionSet.Vector256 => Pack<Tile256>(weight),
            _ => Pack<Tile128>(weight),
        };

    static PackedMatrix Pack<TTile>(Tensor weight) where TTile : struct, IMicroKernel
    {
        var packed = new PackedMatrix(weight.Rows, weight.Columns, Gemm<TTile>.PackedSize(weight.Columns, weight.Rows));
        Gemm<TTile>.Pack(MatrixView.Of(weight).Transposed, packed.Data);
        return packed;
    }

    public void MatMul(Tensor a, IPackedMatrix weight, Tensor c, Tensor? bias = null)
    {
        if (a.Columns != weight.Inputs || c.Rows != a.Rows || c.Columns != weight.Outputs || (bias != null && bias.Count != c.Columns))
            throw new ArgumentException($"product of {a} and a packed ({weight.Inputs}, {weight.Outputs}) into {c}{(bias == null ? "" : $" with bias {bias}")}");
        float* biasData = bias == null ? null : bias.Data;
        MatrixView left = MatrixView.Of(a);
        if (weight is QuantizedMatrix bytes)
            switch (Bytes)
            {
                case ByteTiles.Vnni512: QuantizedGemm<ByteTileVnni512>.Multiply(team, scratch, left, bytes, c.Data, c.Columns, biasData); break;
                case ByteTiles.Vnni256: QuantizedGemm<ByteTileVnni256>.Multiply(team, scratch, left, bytes, c.Data, c.Columns, biasData); break;
                case ByteTiles.Avx2: QuantizedGemm<ByteTileAvx2>.Multiply(team, scratch, left, bytes, c.Data, c.Columns, biasData); break;
                default: QuantizedGemm<ByteTilePortable>.Multiply(team, scratch, left, bytes, c.Data, c.Columns, biasData); break;
            }
        else
        {
            var packed = (PackedMatrix)weight;
            switch (Instructions)
            {
                case InstructionSet.Vector512: Gemm<Tile512>.MultiplyPacked(team, scratch, left, packed, c.Data, c.Columns, biasData); break;
                case InstructionSet.Vector256: Gemm<Tile256>.MultiplyPacked(team, scratch, left, packed, c.Data, c.Columns, biasData); break;
                default: Gemm<Tile128>.MultiplyPacked(team, scratch, left, packed, c.Data, c.Columns, biasData); break;
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
