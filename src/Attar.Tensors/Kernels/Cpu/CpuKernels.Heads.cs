namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    public void HeadsExpand(Tensor x, Tensor weight, Tensor y, int heads) =>
        ForHeads(heads, (x, weight, y), static (s, head, heads) => new HeadProduct(Columns(s.x, head, heads), Rows(s.weight, head, heads), Columns(s.y, head, heads), null, false));

    public void HeadsReduce(Tensor x, Tensor weight, Tensor? bias, Tensor y, int heads) =>
        ForHeads(heads, (x, weight, bias, y), static (s, head, heads) =>
        {
            float* bias = s.bias == null ? null : s.bias.Data + (long)head * (s.bias.Columns / heads);
            return new HeadProduct(Columns(s.x, head, heads), Rows(s.weight, head, heads).Transposed, Columns(s.y, head, heads), bias, false);
        });

    public void HeadsOuter(Tensor narrow, Tensor wide, Tensor weight, int heads) =>
        ForHeads(heads, (narrow, wide, weight), static (s, head, heads) =>
            new HeadProduct(Columns(s.narrow, head, heads).Transposed, Columns(s.wide, head, heads), Rows(s.weight, head, heads), null, true));

    /// <summary>One head's product c = a b + bias or c += a b.</summary>
    readonly struct HeadProduct(MatrixView a, MatrixView b, MatrixView c, float* bias, bool accumulate)
    {
        public readonly MatrixView A = a, B = b, C = c;
        public readonly float* Bias = bias;
        public readonly bool Accumulate = accumulate;
    }

    delegate HeadProduct ProductOf<TState>(TState state, int head, int heads);

    void ForHeads<TState>(int heads, TState state, ProductOf<TState> product) => team.For(heads, (own: this, heads, state, product), static (s, head, worker) =>
    {
        HeadProduct p = s.product(s.state, head, s.heads);
        Scratch scratch = s.own.scratch[worker];
        switch (s.own.Instructions)
        {
            case InstructionSet.Vector512: Gemm<Tile512>.MultiplyAlone(scratch, p.A, p.B, p.C.Data, (int)p.C.RowStride, p.Bias, p.Accumulate); break;
            case InstructionSet.Vector256: Gemm<Tile256>.MultiplyAlone(scratch, p.A, p.B, p.C.Data, (int)p.C.RowStride, p.Bias, p.Accumulate); break;
            default: Gemm<Tile128>.MultiplyAlone(scratch, p.A, p.B, p.C.Data, (int)p.C.RowStride, p.Bias, p.Accumulate); break;
        }
    });

    static MatrixView Columns(Tensor x, int head, int heads)
    {
        int width = x.Columns / heads;
        return MatrixView.Of(x).Slice(0, x.Rows, head * width, width);
    }

    static MatrixView Rows(Tensor x, int head, int heads)
    {
        int height = x.Rows / heads;
        return MatrixView.Of(x).Slice(head * height, height, 0, x.Columns);
    }
}
