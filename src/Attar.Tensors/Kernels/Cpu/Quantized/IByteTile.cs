namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>The innermost product of bytes: unsigned activations by signed weights, summed exactly in 32 bits, so that every processor gives the same numbers.</summary>
unsafe interface IByteTile
{
    static abstract int Rows { get; }
    static abstract int Columns { get; }

    /// <summary>C (Rows, Columns) = A (Rows, 4 groups) B (4 groups, Columns). A row by row, aStride bytes apart; B in groups of four steps: for each group the four weights of every column.</summary>
    static abstract void Run(int groups, byte* a, nint aStride, sbyte* b, int* c);
}
