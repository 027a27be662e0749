using System.Buffers;
using System.Numerics.Tensors;
using Attar.Tensors.Autograd;

namespace Attar.Tensors.Operations;

/// <summary>Which tokens see each other, and how their distance is told.</summary>
/// <param name="Offsets">Of the sequences, (sequences + 1)</param>
/// <param name="FirstOnly">One query row a sequence, its first.</param>
/// <param name="Reach">One less than the most tokens of a sequence.</param>
/// <param name="Rows">Of the position tables, for a token that stands -Reach to Reach places behind the one it sees. (2 Reach + 1)</param>
/// <param name="Scale">What scores are multiplied with.</param>
public sealed record DisentangledShape(ReadOnlyMemory<int> Offsets, bool FirstOnly, int Heads, int HeadSize, int Reach, ReadOnlyMemory<int> Rows, float Scale)
{
    public int Sequences => Offsets.Length - 1;
}

/// <summary>
/// Attention in which content and position speak apart (He et al. 2021, DeBERTa): s_ij = (q_i·k_j + q_i·K_r + k_j·Q_r) scale with r the row for the
/// distance i - j, o_i = Σ_j softmax(s_i)_j v_j. The weights are not kept: the backward pass computes them again.
/// </summary>
public static class DisentangledAttention
{
    /// <param name="q">(query rows, heads · headSize)</param>
    /// <param name="k">(tokens, heads · headSize)</param>
    /// <param name="v">(tokens, heads · headSize)</param>
    /// <param name="positionKeys">(places, heads · headSize)</param>
    /// <param name="positionQueries">(places, heads · headSize)</param>
    /// <returns>(query rows, heads · headSize)</returns>
    public static Variable Apply(Tape tape, Variable q, Variable k, Variable v, Variable positionKeys, Variable positionQueries, DisentangledShape shape)
    {
        Variable o = tape.Result(q.Rows, q.Columns);
        tape.Kernels.Concurrently(shape.Heads, (head, _, _) =>
        {
            var of = new Head(head, q.Value, k.Value, positionKeys.Value, positionQueries.Value, shape);
            of.ForEachQuery((row, first, weights) =>
            {
                Span<float> to = of.Of(o.Value, row);
                to.Clear();
                for (int j = 0; j < weights.Length; j++) TensorPrimitives.MultiplyAdd(of.Of(v.Value, first + j), weights[j], to, to);
            });
        });
        if (tape.Training) Record(tape, q, k, v, positionKeys, positionQueries, o, shape);
        return o;
    }

    static void Record(Tape tape, Variable q, Variable k, Variable v, Variable positionKeys, Variable positionQueries, Variable o, DisentangledShape shape) => tape.Record(() =>
    {
        if (o.Gradient is not { } dO) return;
        tape.Contribute(q, dq => tape.Contribute(k, dk => tape.Contribute(v, dv => tape.Contribute(positionKeys, dPk => tape.Contribute(positionQueries, dPq =>
        {
            foreach (Tensor gradient in new[] { dq, dk, dv, dPk, dPq }) tape.Kernels.Fill(gradient, 0);
            tape.Kernels.Concurrently(shape.Heads, (head, _, _) =>
            {
                var of = new Head(head, q.Value, k.Value, positionKeys.Value, positionQueries.Value, shape);
                of.ForEachQuery((row, first, weights) =>
                {
                    Span<float> slope = of.Of(dO, row);
                    float mean = 0; // Σ_j w_j dO·v_j
                    for (int j = 0; j < weights.Length; j++) mean += weights[j] * TensorPrimitives.Dot<float>(slope, of.Of(v.Value, first + j));
                    for (int j = 0; j < weights.Length; j++)
                    {
                        int key = first + j, place = of.Place(row, first, j);
                        float ds = weights[j] * (TensorPrimitives.Dot<float>(slope, of.Of(v.Value, key)) - mean) * shape.Scale;
                        Add(of.Of(dv, key), slope, weights[j]);
                        Add(of.Of(dq, row), of.Of(k.Value, key), ds);
                        Add(of.Of(dq, row), of.Of(positionKeys.Value, place), ds);
                        Add(of.Of(dk, key), of.Of(q.Value, row), ds);
                        Add(of.Of(dk, key), of.Of(positionQueries.Value, place), ds);
                        Add(of.Of(dPk, place), of.Of(q.Value, row), ds);
                        Add(of.Of(dPq, place), of.Of(k.Value, key), ds);
                    }
                });
            });
        })))));
    });

    static void Add(Span<float> to, ReadOnlySpan<float> values, float factor) => TensorPrimitives.MultiplyAdd(values, factor, to, to);

    delegate void QueryBody(int row, int firstKey, ReadOnlySpan<float> weights);

    /// <summary>One head's columns of all tensors: no other head touches them.</summary>
    sealed class Head(int head, Tensor q, Tensor k, Tensor positionKeys, Tensor positionQueries, DisentangledShape shape)
    {
        public Span<float> Of(Tensor tensor, int row) => tensor.Row(row).Slice(head * shape.HeadSize, shape.HeadSize);

        /// <summary>The row of the position tables for a query's row and a key's place in their sequence.</summary>
        public int Place(int row, int first, int j) => shape.Rows.Span[(shape.FirstOnly ? 0 : row - first) - j + shape.Reach];

        public void ForEachQuery(QueryBody body)
        {
            ReadOnlySpan<int> offsets = shape.Offsets.Span;
            float[] scores = ArrayPool<float>.Shared.Rent(shape.Reach + 1);
            for (int sequence = 0; sequence < shape.Sequences; sequence++)
            {
                int first = offsets[sequence], length = offsets[sequence + 1] - first;
                for (int i = 0; i < (shape.FirstOnly ? 1 : length); i++)
                {
                    int row = shape.FirstOnly ? sequence : first + i;
                    Span<float> own = scores.AsSpan(0, length), asking = Of(q, row);
                    for (int j = 0; j < length; j++)
                    {
                        int place = Place(row, first, j);
                        Span<float> key = Of(k, first + j);
                        own[j] = shape.Scale * (TensorPrimitives.Dot<float>(asking, key) + TensorPrimitives.Dot<float>(asking, Of(positionKeys, place)) + TensorPrimitives.Dot<float>(key, Of(positionQueries, place)));
                    }
                    TensorPrimitives.SoftMax(own, own);
                    body(row, first, own);
                }
            }
            ArrayPool<float>.Shared.Return(scores);
        }
    }
}
