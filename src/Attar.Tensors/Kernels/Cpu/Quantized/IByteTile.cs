namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>The innermost product of bytes: unsigned activations by signed weights, summed exactly in 32 bits and scaled in the same steps, so that every processor gives the same numbers.</summary>
unsafe interface IByteTile
{
    static abstract int Rows { get; }
    static abstract int Columns { get; }

    /// <summary>Bytes of what is ahead that a group of steps may ask the nearest cache for.</summary>
    const int AheadOfGroup = 32;

    /// <summary>C (Rows, Columns) = A (Rows, 4 groups) B (4 groups, Columns), scaled. A row by row, aStride bytes apart; B in groups of four steps: for each group the four weights of every column. ahead: where what will be needed next begins.</summary>
    static abstract void Run(int groups, byte* a, nint aStride, sbyte* b, in ByteScale scale, float* c, nint cStride, sbyte* ahead);
}
