namespace Attar.Tensors.Kernels.Cpu;

/// <summary>The innermost product: a tile of C held in registers over a whole panel of k.</summary>
unsafe interface IMicroKernel
{
    /// <summary>Rows and columns of the tile, chosen so that its accumulators fill the vector registers.</summary>
    static abstract int Rows { get; }
    static abstract int Columns { get; }

    /// <summary>C (Rows, Columns) = start + A (Rows, k) B (k, Columns); A by strides, B with bStride floats from step to step. Only the first rows, at least one, are written, but all are read. start is null for zero, C itself to add to it, a bias with stride 0. ahead is what will be needed next: each step asks the second-level cache for a line of it and moves on by aheadStep floats.</summary>
    static abstract void Run(int k, float* a, nint rowStride, nint stepStride, float* b, nint bStride, int rows, float* c, nint cStride, float* start, nint startStride, float* ahead, nint aheadStep);
}
