using System.Runtime.InteropServices;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>A weight (outputs, inputs) as strips of a tile's width, ready to be the right side of products.</summary>
sealed unsafe class PackedMatrix : IPackedMatrix
{
    public PackedMatrix(int outputs, int inputs, long floats)
    {
        (Outputs, Inputs) = (outputs, inputs);
        Data = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), Tensor.Alignment);
    }

    ~PackedMatrix() => Free();

    public int Outputs { get; }
    public int Inputs { get; }
    public float* Data { get; private set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    void Free()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
    }
}
