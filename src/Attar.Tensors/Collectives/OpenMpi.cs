using System.Runtime.InteropServices;

namespace Attar.Tensors.Collectives;

/// <summary>
/// The ranks that <c>mpirun</c> or <c>srun</c> started, through the C interface of Open MPI 3 to 5, whose handles are exported symbols (https://docs.open-mpi.org/en/v5.0.x/man-openmpi/man3/).
/// All calls come from one thread (MPI_THREAD_FUNNELED). It asks for what it waits for again and again, as the library makes headway in calls alone, and sleeps in between,
/// so that it takes no core from those who compute.
/// </summary>
public sealed unsafe partial class OpenMpi : Communicator
{
    const string Library = "libmpi.so.40";
    const int Funneled = 1; // MPI_THREAD_FUNNELED
    const int BusyTurns = 200;
    const uint NapMicroseconds = 50;
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5); // of a rank that is to stop, with those that are gone

    /// <summary>Where each launcher tells how many ranks there are, and which one this is: mpirun, Slurm with PMI-2, Slurm with PMIx.</summary>
    static readonly (string Size, string Rank)[] launchers = [("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"), ("PMI_SIZE", "PMI_RANK"), ("SLURM_STEP_NUM_TASKS", "PMIX_RANK")];

    readonly CancellationToken cancel;
    readonly nint library, world, floats;
    readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> allToAll, allGather;
    readonly delegate* unmanaged<nint*, int*, void*, int> test;
    bool lost;

    /// <param name="cancel">Ends the waiting for ranks that are gone.</param>
    /// <exception cref="DllNotFoundException">in one line that says what to install.</exception>
    public OpenMpi(CancellationToken cancel)
    {
        this.cancel = cancel;
        if (!NativeLibrary.TryLoad(Library, out library)) throw new DllNotFoundException($"several ranks train over Open MPI, whose {Library} is not on {Environment.MachineName}; install it (Debian: apt-get install openmpi-bin), or start one process");
        (world, floats) = (Symbol("ompi_mpi_comm_world"), Symbol("ompi_mpi_float"));
        allToAll = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Symbol("MPI_Ialltoall");
        allGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Symbol("MPI_Iallgather");
        test = (delegate* unmanaged<nint*, int*, void*, int>)Symbol("MPI_Test");
        int rank = 0, size = 0;
        Begin(() =>
        {
            int provided, ownRank, ownSize;
            Check(((delegate* unmanaged<int*, byte***, int, int*, int>)Symbol("MPI_Init_thread"))(null, null, Funneled, &provided));
            if (provided < Funneled) throw new InvalidOperationException("this Open MPI allows no threads beside the one that sends");
            Check(((delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank"))(world, &ownRank));
            Check(((delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size"))(world, &ownSize));
            (rank, size) = (ownRank, ownSize);
        }).GetAwaiter().GetResult();
        (Rank, Size) = (rank, size);
    }

    public override int Rank { get; }

    public override int Size { get; }

    /// <summary>Which rank a launcher made this process; null where it made one alone, or there is none.</summary>
    /// <param name="variable">A variable of the environment, null where it is not set.</param>
    public static int? RankOf(Func<string, string?> variable)
    {
        foreach ((string size, string rank) in launchers)
            if (int.TryParse(variable(size), out int ranks) && int.TryParse(variable(rank), out int own)) return ranks > 1 ? own : null;
        return null;
    }

    protected override void Exchange(Tensor from, Tensor to) => Run(allToAll, from, to);

    protected override void Collect(Tensor own, Tensor all) => Run(allGather, own, all);

    void Run(delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> operation, Tensor from, Tensor to)
    {
        nint request;
        Check(operation(from.ByteData, to.Columns, floats, to.ByteData, to.Columns, floats, world, &request));
        long? since = null;
        for (int turn = 0, done = 0; ; turn++)
        {
            Check(test(&request, &done, null));
            if (done != 0) return;
            if (cancel.IsCancellationRequested && System.Diagnostics.Stopwatch.GetElapsedTime(since ??= System.Diagnostics.Stopwatch.GetTimestamp()) > patience)
            {
                lost = true;
                throw new OperationCanceledException(cancel);
            }
            if (turn < BusyTurns) Thread.Yield();
            else usleep(NapMicroseconds);
        }
    }

    /// <summary>Errors end every rank within the library, unless it was told otherwise.</summary>
    static void Check(int error)
    {
        if (error != 0) throw new InvalidOperationException($"Open MPI: error {error}");
    }

    nint Symbol(string name) => NativeLibrary.GetExport(library, name);

    public override void Abort(int code)
    {
        lost = true;
        ((delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort"))(world, code); // does not come back
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !lost) Begin(() => Check(((delegate* unmanaged<int>)Symbol("MPI_Finalize"))())).GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    [LibraryImport("libc")]
    private static partial int usleep(uint microseconds);
}
