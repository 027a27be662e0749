using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>The kernels on the processor: vector instructions, a thread team, no native library.</summary>
/// <remarks>Work is split by output element only, so one thread and many give the same bits.</remarks>
public sealed unsafe partial class CpuKernels : IKernels
{
    const int ElementsPerTask = 1 << 14;
    readonly ThreadTeam team;
    readonly Scratch[] scratch;
    CpuKernels[] shares = [];

    public CpuKernels(int threads, InstructionSet instructions = InstructionSet.Widest)
    {
        team = new ThreadTeam(threads);
        scratch = new Scratch[threads];
        for (int i = 0; i < threads; i++) scratch[i] = new Scratch(Slots.Count);
        Instructions = instructions != InstructionSet.Widest ? instructions
            : Vector512.IsHardwareAccelerated ? InstructionSet.Vector512
            : Vector256.IsHardwareAccelerated ? InstructionSet.Vector256
            : InstructionSet.Portable;
    }

    public int Threads => team.Size;

    /// <summary>Which tile the matrix products use.</summary>
    public InstructionSet Instructions { get; }

    public void Concurrently(int tasks, Action<int, int, IKernels> body)
    {
        int slots = Math.Min(tasks, Threads);
        if (slots <= 1)
        {
            for (int task = 0; task < tasks; task++) body(task, 0, this);
            return;
        }
        if (shares.Length != slots)
        {
            foreach (CpuKernels share in shares) share.Dispose();
            shares = [.. Enumerable.Range(0, slots).Select(_ => new CpuKernels(Threads / slots, Instructions))];
        }
        team.For(tasks, (task, worker) =>
        {
            int slot = tasks <= Threads ? task : worker;
            body(task, slot, shares[slot]);
        });
    }

    public void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor c, Tensor? bias = null, bool accumulate = false)
    {
        MatrixView left = transposeA ? MatrixView.Of(a).Transposed : MatrixView.Of(a), right = transposeB ? MatrixView.Of(b).Transposed : MatrixView.Of(b);
        if (left.Columns != right.Rows || c.Rows != left.Rows || c.Columns != right.Columns || (bias != null && bias.Count != c.Columns))
            throw new ArgumentException($"product of ({left.Rows}, {left.Columns}) and ({right.Rows}, {right.Columns}) into {c}{(bias == null ? "" : $" with bias {bias}")}");
        float* biasData = bias == null ? null : bias.Data;
        switch (Instructions)
        {
            case InstructionSet.Vector512: Gemm<Tile512>.Multiply(team, scratch, left, right, c.Data, c.Columns, biasData, accumulate); break;
            case InstructionSet.Vector256: Gemm<Tile256>.Multiply(team, scratch, left, right, c.Data, c.Columns, biasData, accumulate); break;
            default: Gemm<Tile128>.Multiply(team, scratch, left, right, c.Data, c.Columns, biasData, accumulate); break;
        }
    }

    public void AddColumnSums(Tensor x, Tensor sum) => ForColumns(x.Columns, (first, count) =>
    {
        var total = new Span<float>(sum.Data + first, count);
        for (int row = 0; row < x.Rows; row++) TensorPrimitives.Add(total, new ReadOnlySpan<float>(x.Data + (long)row * x.Columns + first, count), total);
    });

    public double SumOfSquares(Tensor x)
    {
        int tasks = (int)((x.Count + ElementsPerTask - 1) / ElementsPerTask);
        double[] parts = new double[tasks];
        team.For(tasks, (task, _) =>
        {
            long first = (long)task * ElementsPerTask;
            parts[task] = TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(x.Data + first, (int)Math.Min(ElementsPerTask, x.Count - first)));
        });
        return parts.Sum();
    }

    /// <summary>Splits 0..count-1 into runs of elements, each a whole number of vectors but the last.</summary>
    void ForElements(long count, Action<long, int> body)
    {
        int tasks = (int)((count + ElementsPerTask - 1) / ElementsPerTask);
        team.For(tasks, (task, _) => body((long)task * ElementsPerTask, (int)Math.Min(ElementsPerTask, count - (long)task * ElementsPerTask)));
    }

    /// <summary>Splits rows so that a task has about <see cref="ElementsPerTask"/> elements.</summary>
    void ForRows(int rows, int columns, Action<int> body)
    {
        int perTask = Math.Max(1, ElementsPerTask / Math.Max(1, columns)), tasks = (rows + perTask - 1) / perTask;
        team.For(tasks, (task, _) =>
        {
            for (int row = task * perTask, end = Math.Min(rows, row + perTask); row < end; row++) body(row);
        });
    }

    /// <summary>Splits columns into runs of 64: sums over rows keep their order whatever the team.</summary>
    void ForColumns(int columns, Action<int, int> body) =>
        team.For((columns + 63) / 64, (task, _) => body(task * 64, Math.Min(64, columns - task * 64)));

    static Vector<float> Load(float* from) => Vector.Load(from);

    public void Dispose()
    {
        team.Dispose();
        foreach (Scratch s in scratch) s.Dispose();
        foreach (CpuKernels share in shares) share.Dispose();
    }
}

/// <summary>The widths of vector that the matrix products are written for.</summary>
public enum InstructionSet { Widest, Portable, Vector256, Vector512 }
