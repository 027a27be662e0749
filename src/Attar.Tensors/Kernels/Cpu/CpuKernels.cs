using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Attar.Tensors.Kernels.Cpu.BFloat16;

namespace Attar.Tensors.Kernels.Cpu;

/// <summary>The kernels on the processor: vector instructions, a thread team, no native library.</summary>
/// <remarks>Work is split by output element only, so one thread and many give the same bits.</remarks>
public sealed unsafe partial class CpuKernels : IKernels
{
    const int ElementsPerTask = 1 << 14;
    readonly ThreadTeam team;
    readonly Scratch[] scratch;
    readonly (ThreadTeam Team, Scratch[] Scratch)[] alone; // for each worker, what it takes to compute without the others
    readonly Dictionary<int, CpuKernels[]> sharesOf = []; // by number of slots

    public CpuKernels(int threads, InstructionSet instructions = InstructionSet.Widest)
    {
        team = new ThreadTeam(threads);
        scratch = new Scratch[threads];
        for (int i = 0; i < threads; i++) scratch[i] = new Scratch(Slots.Count);
        alone = [.. scratch.Select(own => (new ThreadTeam(1), new[] { own }))];
        Instructions = instructions != InstructionSet.Widest ? instructions
            : Vector512.IsHardwareAccelerated ? InstructionSet.Vector512
            : Vector256.IsHardwareAccelerated ? InstructionSet.Vector256
            : InstructionSet.Portable;
        Bytes = WidestBytes(Instructions);
    }

    public int Threads => team.Size;

    /// <summary>Which tile the matrix products use.</summary>
    public InstructionSet Instructions { get; }

    /// <summary>Of products of plain tensors, as in training: float32, or bfloat16 (mixed precision: weights, gradients' sums and everything between products stay float32).</summary>
    public Precision Products { get; init; }

    public void Concurrently(int tasks, Action<int, int, IKernels> body)
    {
        int slots = Math.Min(tasks, Threads);
        if (slots <= 1)
        {
            for (int task = 0; task < tasks; task++) body(task, 0, this);
            return;
        }
        if (!sharesOf.TryGetValue(slots, out CpuKernels[]? shares)) sharesOf.Add(slots, shares = Shares(slots));
        team.For(tasks, (shares, few: tasks <= Threads, body), static (s, task, worker) =>
        {
            int slot = s.few ? task : worker;
            s.body(task, slot, s.shares[slot]);
        });
    }

    CpuKernels[] Shares(int slots) => [.. Enumerable.Range(0, slots).Select(_ => new CpuKernels(Threads / slots, Instructions) { Bytes = Bytes, Products = Products })];

    public void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor c, Tensor? bias = null, bool accumulate = false)
    {
        MatrixView left = transposeA ? MatrixView.Of(a).Transposed : MatrixView.Of(a), right = transposeB ? MatrixView.OfWeight(b).Transposed : MatrixView.OfWeight(b);
        if (left.Columns != right.Rows || c.Rows != left.Rows || c.Columns != right.Columns || (bias != null && bias.Count != c.Columns))
            throw new ArgumentException($"product of ({left.Rows}, {left.Columns}) and ({right.Rows}, {right.Columns}) into {c}{(bias == null ? "" : $" with bias {bias}")}");
        float* biasData = bias == null ? null : bias.Data;
        if (Products == Precision.BFloat16 && BFloats && BFloatGemm.Pays(left.Rows, right.Columns, left.Columns))
        {
            BFloatGemm.Multiply(team, scratch, left, right, c.Data, c.Columns, biasData, accumulate);
            return;
        }
        Multiply(team, scratch, left, right, c.Data, c.Columns, biasData, accumulate);
    }

    void Multiply(ThreadTeam team, Scratch[] scratch, MatrixView a, MatrixView b, float* c, int cStride, float* bias, bool accumulate)
    {
        switch (Instructions)
        {
            case InstructionSet.Vector512: Gemm<Tile512>.Multiply(team, scratch, a, b, c, cStride, bias, accumulate); break;
            case InstructionSet.Vector256: Gemm<Tile256>.Multiply(team, scratch, a, b, c, cStride, bias, accumulate); break;
            default: Gemm<Tile128>.Multiply(team, scratch, a, b, c, cStride, bias, accumulate); break;
        }
    }

    public void AddColumnSums(Tensor x, Tensor sum) => ForColumns(x.Columns, (x, sum), static (s, first, count) =>
    {
        for (int row = 0; row < s.x.Rows; row++) VectorMath.AddScaled(s.x.Data + (long)row * s.x.Columns + first, 1, s.sum.Data + first, count);
    });

    public double SumOfSquares(IReadOnlyList<Tensor> tensors)
    {
        List<(int Tensor, long First, int Count)> runs = RunsOf([.. tensors.Select(tensor => tensor.Count)]);
        double[] parts = new double[runs.Count];
        team.For(runs.Count, (tensors, runs, parts), static (s, task, _) =>
        {
            (int tensor, long first, int count) = s.runs[task];
            s.parts[task] = TensorPrimitives.SumOfSquares(new ReadOnlySpan<float>(s.tensors[tensor].Data + first, count));
        });
        return parts.Sum();
    }

    /// <summary>Splits the elements of tensors of these sizes into runs, so that one loop goes through all: threads that meet at every small tensor wait more than they compute, most of all where other programs hold the cores.</summary>
    static List<(int Tensor, long First, int Count)> RunsOf(IReadOnlyList<long> sizes)
    {
        var runs = new List<(int, long, int)>();
        for (int tensor = 0; tensor < sizes.Count; tensor++)
            for (long first = 0; first < sizes[tensor]; first += ElementsPerTask) runs.Add((tensor, first, (int)Math.Min(ElementsPerTask, sizes[tensor] - first)));
        return runs;
    }

    /// <summary>Splits 0..count-1 into runs of elements (state, first, count), each a whole number of vectors but the last.</summary>
    void ForElements<TState>(long count, TState state, Action<TState, long, int> body)
    {
        int tasks = (int)((count + ElementsPerTask - 1) / ElementsPerTask);
        team.For(tasks, (count, state, body), static (s, task, _) =>
            s.body(s.state, (long)task * ElementsPerTask, (int)Math.Min(ElementsPerTask, s.count - (long)task * ElementsPerTask)));
    }

    /// <summary>Splits rows into runs (state, first, end) of about <see cref="ElementsPerTask"/> elements.</summary>
    void ForRows<TState>(int rows, int columns, TState state, Action<TState, int, int> body)
    {
        int perTask = Math.Max(1, ElementsPerTask / Math.Max(1, columns)), tasks = (rows + perTask - 1) / perTask;
        team.For(tasks, (rows, perTask, state, body), static (s, task, _) => s.body(s.state, task * s.perTask, Math.Min(s.rows, (task + 1) * s.perTask)));
    }

    /// <summary>Splits columns into runs (state, first, count) of 64: sums over rows keep their order whatever the team.</summary>
    void ForColumns<TState>(int columns, TState state, Action<TState, int, int> body) =>
        team.For((columns + 63) / 64, (columns, state, body), static (s, task, _) => s.body(s.state, task * 64, Math.Min(64, s.columns - task * 64)));

    static Vector<float> Load(float* from) => Vector.Load(from);

    public void Dispose()
    {
        team.Dispose();
        foreach (var (one, _) in alone) one.Dispose();
        foreach (Scratch s in scratch) s.Dispose();
        foreach (CpuKernels share in sharesOf.Values.SelectMany(shares => shares)) share.Dispose();
    }
}

/// <summary>The widths of vector that the matrix products are written for.</summary>
public enum InstructionSet { Widest, Portable, Vector256, Vector512 }
