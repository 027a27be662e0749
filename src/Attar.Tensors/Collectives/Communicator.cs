using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Attar.Tensors.Collectives;

/// <summary>
/// Processes that compute together, called ranks as in MPI. What one rank begins all begin, in the same order. Everything is sent from one thread of its own,
/// so computing goes on meanwhile and a library need not allow more than one.
/// </summary>
public abstract class Communicator : IDisposable
{
    readonly BlockingCollection<Task> tasks = [];
    readonly Thread thread;
    readonly Arena memory = new(); // of one sum

    protected Communicator()
    {
        thread = new Thread(Work) { IsBackground = true, Name = "ranks" };
        thread.Start();
    }

    /// <summary>From 0, the one that writes what all have made.</summary>
    public abstract int Rank { get; }

    /// <summary>How many there are.</summary>
    public abstract int Size { get; }

    /// <summary>That this rank sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>
    /// Replaces tensors, of the same shapes on every rank, by their sums over the ranks; they are not to be touched until the task ends. Each rank adds up its share of the elements,
    /// pairwise by rank, and hands it to the others: as many bytes as a ring sends, 2 (R - 1) / R of all, but an order that nothing changes, so the same ranks give the same bits.
    /// Of a <see cref="RowsInUse.IsTable">table</see> only rows in which some rank has something are sent.
    /// </summary>
    /// <returns>When that began and ended, as <see cref="Stopwatch.GetTimestamp"/> tells; waiting for the slowest rank is part of it.</returns>
    public Task<(long Began, long Ended)> Sum(IReadOnlyList<Tensor> tensors)
    {
        var task = new Task<(long, long)>(() =>
        {
            long began = Stopwatch.GetTimestamp();
            SumNow(tensors);
            return (began, Stopwatch.GetTimestamp());
        });
        tasks.Add(task);
        return task;
    }

    /// <summary>What every rank gives, by rank.</summary>
    /// <param name="alike">All give as many bytes, so nobody need say how many: one message in the place of two.</param>
    public byte[][] Gather(ReadOnlySpan<byte> own, bool alike = false)
    {
        byte[] mine = own.ToArray();
        byte[][] all = [];
        Begin(() => all = alike ? Collected(mine, mine.Length) : GatherNow(mine)).GetAwaiter().GetResult();
        return all;
    }

    /// <summary>Ends every rank.</summary>
    public abstract void Abort(int code);

    /// <summary>Sends row r of a tensor (ranks, n) to rank r, and receives as row r what rank r sent here. On the thread that sends.</summary>
    protected abstract void Exchange(Tensor from, Tensor to);

    /// <summary>Receives as row r of a tensor (ranks, n) what rank r has in its first row. On the thread that sends.</summary>
    protected abstract void Collect(Tensor own, Tensor all);

    /// <summary>Runs on the thread that sends, behind what was begun before.</summary>
    protected Task Begin(Action work)
    {
        var task = new Task(work);
        tasks.Add(task);
        return task;
    }

    void Work()
    {
        foreach (Task task in tasks.GetConsumingEnumerable()) task.RunSynchronously();
    }

    void SumNow(IReadOnlyList<Tensor> tensors)
    {
        memory.Reset();
        var rows = new RowsInUse(tensors, memory);
        if (rows.Marks is { } marks)
        {
            Tensor all = memory.Allocate(Size, marks.Columns);
            Collect(marks, all);
            BytesSent += (Size - 1) * marks.Size;
            for (int rank = 0; rank < Size; rank++) rows.Join(all.BytesOf(rank));
        }
        int share = checked((int)((rows.Count + Size - 1) / Size));
        if (share == 0) return;
        Tensor packed = memory.Allocate(Size, share), received = memory.Allocate(Size, share);
        rows.CopyTo(packed.Span);
        Exchange(packed, received);
        for (int stride = 1; stride < Size; stride *= 2)
            for (int rank = 0; rank + stride < Size; rank += 2 * stride) TensorPrimitives.Add(received.Row(rank), received.Row(rank + stride), received.Row(rank));
        Collect(received, packed);
        BytesSent += 2L * (Size - 1) * share * sizeof(float);
        rows.CopyFrom(packed.Span);
    }

    byte[][] GatherNow(byte[] own)
    {
        int[] lengths = [.. Collected(BitConverter.GetBytes(own.Length), sizeof(int)).Select(bytes => BitConverter.ToInt32(bytes))];
        return lengths.Max() == 0 ? [.. lengths.Select(_ => Array.Empty<byte>())] : [.. Collected(own, lengths.Max()).Select((bytes, rank) => bytes[..lengths[rank]])];
    }

    byte[][] Collected(byte[] own, int size)
    {
        int columns = (size + sizeof(float) - 1) / sizeof(float);
        using Tensor mine = Tensor.Zeros(1, columns), all = Tensor.Zeros(Size, columns);
        own.CopyTo(mine.Bytes);
        Collect(mine, all);
        BytesSent += (Size - 1) * mine.Size;
        return [.. Enumerable.Range(0, Size).Select(rank => MemoryMarshal.AsBytes(all.Row(rank)).ToArray())];
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || tasks.IsAddingCompleted) return;
        tasks.CompleteAdding();
        thread.Join();
        memory.Dispose();
        tasks.Dispose();
    }
}
