namespace Attar.Tensors.Kernels.Cpu.Quantized;

/// <summary>Plain loops: for processors without dot products of bytes, and to check the others against.</summary>
readonly unsafe struct ByteTilePortable : IByteTile
{
    public static int Rows => 4;
    public static int Columns => 8;

    public static void Run(int groups, byte* a, nint aStride, sbyte* b, in ByteScale scale, float* c, nint cStride, sbyte* ahead)
    {
        int* sums = stackalloc int[Rows * Columns];
        Sums(groups, a, aStride, b, sums);
        scale.Apply(sums, Rows, Columns, c, cStride);
    }

    static void Sums(int groups, byte* a, nint aStride, sbyte* b, int* c)
    {
        new Span<int>(c, Rows * Columns).Clear();
        for (int group = 0; group < groups; group++, a += 4, b += 4 * Columns)
            for (int row = 0; row < Rows; row++)
                for (int column = 0; column < Columns; column++)
                {
                    byte* x = a + row * aStride;
                    sbyte* y = b + 4 * column;
                    c[row * Columns + column] += x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];
                }
    }
}
