namespace Attar.Tensors.Kernels.Cpu.BFloat16;

/// <summary>A weight (outputs, inputs) rounded to bfloat16, in strips of the tile.</summary>
sealed unsafe class BFloatMatrix : IPackedMatrix
{
    readonly Scratch memory = new(1);

    public BFloatMatrix(int outputs, int inputs)
    {
        (Outputs, Inputs) = (outputs, inputs);
        Data = (uint*)memory.Get(0, BFloatGemm.PackedSize(inputs, outputs));
    }

    public int Outputs { get; }
    public int Inputs { get; }
    public uint* Data { get; }

    public void Dispose() => memory.Dispose();
}
