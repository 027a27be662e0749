using System.Numerics;
using System.Numerics.Tensors;

namespace Attar.Tensors.Kernels.Cpu;

public sealed unsafe partial class CpuKernels
{
    public void Attention(Tensor q, Tensor k, Tensor v, Tensor o, AttentionShape shape) => ForHeads(shape, new AttentionTensors(q, k, v, o));

    public void AttentionBackward(Tensor q, Tensor k, Tensor v, Tensor dO, Tensor dq, Tensor dk, Tensor dv, AttentionShape shape) =>
        ForHeads(shape, new AttentionTensors(q, k, v, dO, dq, dk, dv));

    sealed record AttentionTensors(Tensor Q, Tensor K, Tensor V, Tensor O, Tensor? DQ = null, Tensor? DK = null, Tensor? DV = null);

    /// <summary>A task is one sequence and one key head with all query heads that share it: nobody else writes its part of dk and dv.</summary>
    void ForHeads(AttentionShape shape, AttentionTensors tensors) => team.For(shape.Sequences * shape.KeyHeads, (task, worker) =>
    {
        switch (Instructions)
        {
            case InstructionSet.Vector512: Head<Tile512>(shape, tensors, task / shape.KeyHeads, task % shape.KeyHeads, scratch[worker]); break;
            case InstructionSet.Vector256: Head<Tile256>(shape, tensors, task / shape.KeyHeads, task % shape.KeyHeads, scratch[worker]); break;
            default: Head<Tile128>(shape, tensors, task / shape.KeyHeads, task % shape.KeyHeads, scratch[worker]); break;
        }
    });

    static void Head<TTile>(AttentionShape shape, AttentionTensors t, int sequence, int keyHead, Scratch scratch) where TTile : struct, IMicroKernel
    {
        int d = shape.HeadSize, group = shape.Heads / shape.KeyHeads;
        int firstQuery = shape.QueryOffsets[sequence], queries = shape.QueryOffsets[sequence + 1] - firstQuery;
        int firstKey = shape.KeyOffsets[sequence], keys = shape.KeyOffsets[sequence + 1] - firstKey;
        if (queries == 0 || keys == 0) return;
        MatrixView Part(Tensor x, int row, int rows, int head) => MatrixView.Of(x).Slice(row, rows, head * d, d);
        MatrixView k = Part(t.K, firstKey, keys, keyHead), v = Part(t.V, firstKey, keys, keyHead);
        float scale = 1 / MathF.Sqrt(d);
        float* scores = scratch.Get(Slots.Scores, (long)queries * keys);
        var weights = new MatrixView(scores, queries, keys, keys, 1); // softmax(q kᵀ scale), (queries, keys)
        for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
        {
            MatrixView q = Part(t.Q, firstQuery, queries, head), o = Part(t.O, firstQuery, queries, head);
            Multiply<TTile>(q, k.Transposed, weights, false, scratch);
            for (int row = 0; row < queries; row++)
            {
                int visible = shape.Causal ? keys - queries + row + 1 : keys;
                var all = new Span<float>(scores + (long)row * keys, keys);
                Span<float> seen = all[..visible];
                TensorPrimitives.Multiply(seen, scale, seen);
                Softmax(seen, seen);
                all[visible..].Clear();
            }
            if (t.DQ == null) { Multiply<TTile>(weights, v, o, false, scratch); continue; }

            MatrixView dO = o; // the upstream gradient stands where the output would
            bool add = head > keyHead * group;
            Multiply<TTile>(weights.Transposed, dO, Part(t.DV!, firstKey, keys, keyHead), add, scratch);
            float* gradient = scratch.Get(Slots.ScoresGradient, (long)queries * keys);
            var dScores = new MatrixView(gradient, queries, keys, keys, 1);
            Multiply<TTile>(dO, v.Transposed, dScores, false, scratch);
            for (int row = 0; row < queries; row++)
            {
                // d scores = weights (d weights - Σ weights d weights) scale
                var dRow = new Span<float>(gradient + (long)row * keys, keys);
                var weight = new ReadOnlySpan<float>(scores + (long)row * keys, keys);
                TensorPrimitives.Subtract(dRow, TensorPrimitives.Dot(weight, dRow), dRow);
                TensorPrimitives.Multiply(dRow, weight, dRow);
                TensorPrimitives.Multiply(dRow, scale, dRow);
            }
            Multiply<TTile>(dScores, k, Part(t.DQ, firstQuery, queries, head), false, scratch);
            Multiply<TTile>(dScores.Transposed, q, Part(t.DK!, firstKey, keys, keyHead), add, scratch);
        }
    }

    static void Multiply<TTile>(MatrixView a, MatrixView b, MatrixView c, bool accumulate, Scratch scratch) where TTile : struct, IMicroKernel
    {
        float* packed = scratch.Get(Slots.PackedB, Gemm<TTile>.PackedSize(b.Rows, b.Columns));
        Gemm<TTile>.Pack(b, packed);
        int strips = (b.Columns + TTile.Columns - 1) / TTile.Columns;
        Gemm<TTile>.Block(a, packed, b.Columns, c.Data, (int)c.RowStride, null, accumulate, 0, strips, scratch);
    }

    static void ExpInPlace(Span<float> x)
    {
        int width = Vector<float>.Count, i = 0;
        for (; i + width <= x.Length; i += width) VectorMath.Exp(new Vector<float>(x[i..])).CopyTo(x[i..]);
        if (i == x.Length) return;
        Span<float> tail = stackalloc float[width];
        x[i..].CopyTo(tail);
        VectorMath.Exp(new Vector<float>(tail)).CopyTo(tail);
        tail[..(x.Length - i)].CopyTo(x[i..]);
    }
}
