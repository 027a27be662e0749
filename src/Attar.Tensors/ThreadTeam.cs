using System.Runtime.ExceptionServices;

namespace Attar.Tensors;

/// <summary>A fixed team of threads that share the tasks of one parallel loop at a time; the caller is worker 0.</summary>
/// <remarks>Each worker begins with its own share of the tasks, the same one in every loop of as many tasks, so that what it touched last is still in its cache; who is done helps the others.
/// Results must not depend on who runs a task: then any team size gives the same bits.</remarks>
public sealed class ThreadTeam : IDisposable
{
    const int Spacing = 16; // counters on cache lines of their own
    const int SpinTurns = 500; // some hundred microseconds: longer than the gap between two kernels of one step
    readonly Thread[] threads;
    readonly SemaphoreSlim wake = new(0);
    Action<int, int>? body;
    Exception? failure;
    readonly int[] next; // by worker: the first task of its share that nobody took
    int tasks, generation, running, sleeping;
    volatile bool closed, callerWaits;

    public ThreadTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        next = new int[size * Spacing];
        threads = new Thread[size - 1];
        for (int i = 0; i < threads.Length; i++)
        {
            int worker = i + 1;
            threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"tensor worker {worker}" };
            threads[i].Start();
        }
    }

    public int Size { get; }

    /// <summary>Runs <paramref name="body"/>(task, worker) for every task in 0..tasks-1 and returns when all are done.</summary>
    public void For(int tasks, Action<int, int> body)
    {
        if (tasks <= 0) return;
        if (tasks == 1 || Size == 1)
        {
            for (int task = 0; task < tasks; task++) body(task, 0);
            return;
        }
        this.body = body;
        this.tasks = tasks;
        failure = null;
        for (int worker = 0; worker < Size; worker++) next[worker * Spacing] = FirstTask(worker);
        Volatile.Write(ref running, threads.Length);
        Interlocked.Increment(ref generation);
        int asleep = Volatile.Read(ref sleeping);
        if (asleep > 0) wake.Release(asleep);
        TakeTasks(0);
        WaitForOthers();
        this.body = null;
        if (failure != null) ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>As above with what the body needs passed along, so that a static body makes no garbage.</summary>
    public void For<TState>(int tasks, TState state, Action<TState, int, int> body)
    {
        if (tasks <= 1 || Size == 1)
        {
            for (int task = 0; task < tasks; task++) body(state, task, 0);
            return;
        }
        Bound<TState> bound = Bound<TState>.Take(state, body);
        try
        {
            For(tasks, bound.Run);
        }
        finally
        {
            bound.GiveBack();
        }
    }

    /// <summary>A body with its state, as one delegate that is used again and again.</summary>
    sealed class Bound<TState>
    {
        [ThreadStatic] static Bound<TState>? spare; // taken while in use: a body may start a loop of its own
        TState? state;
        Action<TState, int, int>? body;

        Bound() => Run = (task, worker) => body!(state!, task, worker);

        public Action<int, int> Run { get; }

        public static Bound<TState> Take(TState state, Action<TState, int, int> body)
        {
            Bound<TState> bound = spare ?? new Bound<TState>();
            spare = null;
            (bound.state, bound.body) = (state, body);
            return bound;
        }

        public void GiveBack()
        {
            (state, body) = (default, null);
            spare = this;
        }
    }

    void Work(int worker)
    {
        int seen = 0;
        while (true)
        {
            WaitForWork(ref seen);
            if (closed) return;
            TakeTasks(worker);
            if (Interlocked.Decrement(ref running) > 0 || !callerWaits) continue;
            lock (wake) Monitor.Pulse(wake);
        }
    }

    // Others are at most one task behind: spin. Where other programs hold the cores, sleeping lets ours run.
    void WaitForOthers()
    {
        for (int turn = 0; turn < SpinTurns && Volatile.Read(ref running) > 0; turn++) Thread.SpinWait(8);
        if (Volatile.Read(ref running) == 0) return;
        callerWaits = true;
        lock (wake)
        {
            while (Volatile.Read(ref running) > 0) Monitor.Wait(wake, 2); // the time-out covers a signal lost between the check and the wait
        }
        callerWaits = false;
    }

    void WaitForWork(ref int seen)
    {
        for (int turn = 0; turn < SpinTurns; turn++)
        {
            if (Volatile.Read(ref generation) != seen || closed) goto found;
            Thread.SpinWait(8);
        }
        while (true)
        {
            Interlocked.Increment(ref sleeping);
            bool still = Volatile.Read(ref generation) == seen && !closed;
            if (still) wake.Wait(10); // the time-out covers a wake-up lost between the check and the wait
            Interlocked.Decrement(ref sleeping);
            if (Volatile.Read(ref generation) != seen || closed) break;
        }
    found:
        seen = Volatile.Read(ref generation);
    }

    int FirstTask(int worker) => (int)((long)tasks * worker / Size);

    void TakeTasks(int worker)
    {
        try
        {
            for (int turn = 0; turn < Size; turn++)
            {
                int share = (worker + turn) % Size, end = FirstTask(share + 1);
                for (int task; failure == null && (task = Interlocked.Increment(ref next[share * Spacing]) - 1) < end;) body!(task, worker);
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
    }

    public void Dispose()
    {
        closed = true;
        wake.Release(threads.Length + 1);
        foreach (Thread thread in threads) thread.Join();
        wake.Dispose();
    }
}
