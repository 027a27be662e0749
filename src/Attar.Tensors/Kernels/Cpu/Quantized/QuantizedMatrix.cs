using System.Runtime.InteropServices;

namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>A weight (outputs, inputs) in signed bytes with a scale for each output, in the layout of a tile.</summary>
sealed unsafe class QuantizedMatrix : IPackedMatrix
{
    readonly Scratch memory = new(3);

    /// <param name="width">Columns of the tile.</param>
    /// <param name="turned">Whether <see cref="Turned"/>, where inputs are whole blocks.</param>
    public QuantizedMatrix(int outputs, int inputs, int width, bool turned)
    {
        Turned = turned && inputs % HadamardBlocks.Size == 0;
        (Outputs, Inputs, Groups) = (outputs, inputs, (inputs + 3) / 4);
        int padded = (outputs + width - 1) / width * width;
        Data = (sbyte*)memory.Get(0, (long)Groups * padded);
        Scales = memory.Get(1, padded);
        Sums = memory.Get(2, padded);
        NativeMemory.Clear(Data, (nuint)(4L * Groups * padded));
        NativeMemory.Clear(Scales, (nuint)(4L * padded));
        NativeMemory.Clear(Sums, (nuint)(4L * padded));
    }

    public int Outputs { get; }
    public int Inputs { get; }

    /// <summary>Inputs in fours, the last filled up with zeros.</summary>
    public int Groups { get; }

    /// <summary>Whether rows are those of <see cref="HadamardBlocks"/>, which activations then go through too.</summary>
    public bool Turned { get; }

    public sbyte* Data { get; }

    /// <summary>By output: weight = scale · byte.</summary>
    public float* Scales { get; }

    /// <summary>By output: the sum of its bytes times its scale, which an activation's zero point is multiplied with.</summary>
    public float* Sums { get; }

    public void Dispose() => memory.Dispose();
}
