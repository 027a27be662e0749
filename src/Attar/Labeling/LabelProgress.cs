using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>How far workers are together.</summary>
/// <param name="Pairs">To label in all.</param>
/// <param name="Done">Labelled.</param>
/// <param name="PairsPerSecond">Of all workers that are at work.</param>
/// <param name="Left">Until the last worker ends, if those at work go on; null where none is.</param>
/// <param name="Worked">By all workers, each counted for itself; the time of one that was lost counts until another takes its part.</param>
/// <param name="WorkInAll">What that comes to when all pairs are labelled; null while nobody knows.</param>
public sealed record LabelProgress(long Pairs, long Done, int Parts, int Whole, IReadOnlyList<WorkerProgress> Workers, double PairsPerSecond, TimeSpan? Left, TimeSpan Worked, TimeSpan? WorkInAll)
{
    static readonly TimeSpan silence = TimeSpan.FromMinutes(1); // after which a worker counts as lost

    /// <exception cref="InputException">There are no parts.</exception>
    public static LabelProgress Of(Workspace workspace, TimeProvider clock)
    {
        string folder = LabelPart.FolderIn(workspace);
        LabelPart[] whole = [.. LabelMerge.Manifests(folder).Select(LabelPart.Read)];
        PartProgress[] told = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "part-*-of-*.progress").Select(PartProgress.Read).OfType<PartProgress>().OrderBy(part => part.Index)] : [];
        if (told.Length == 0) throw new InputException(folder, "no worker has begun; label with --shard first");
        int of = told.MaxBy(part => part.Updated)!.Of;
        told = [.. told.Where(part => part.Of == of)];
        HashSet<int> ended = [.. whole.Where(part => part.Of == of).Select(part => part.Index)];
        double worked = whole.Where(part => part.Of == of).Sum(part => part.Seconds) + told.Where(part => !ended.Contains(part.Index)).Sum(part => (part.Updated - part.Began).TotalSeconds);
        long measured = told.Sum(part => (long)part.Done - part.Kept);
        DateTimeOffset now = clock.GetUtcNow();
        WorkerProgress[] workers = [.. told.Select(part => new WorkerProgress(part.Index, part.Host, part.Count, part.Done,
            (part.Done - part.Kept) / Math.Max(.001, (part.Updated - part.Began).TotalSeconds),
            ended.Contains(part.Index) ? WorkerState.Ended : now - part.Updated > silence ? WorkerState.Lost : WorkerState.AtWork))];
        long pairs = told[0].Pairs, done = workers.Sum(worker => (long)worker.Done);
        double rate = workers.Where(worker => worker.State == WorkerState.AtWork).Sum(worker => worker.PairsPerSecond);
        return new(pairs, done, of, ended.Count, workers, rate, done == pairs ? TimeSpan.Zero : rate > 0 ? TimeSpan.FromSeconds(Math.Min(1e9, (pairs - done) / rate)) : null,
            TimeSpan.FromSeconds(worked), done == pairs ? TimeSpan.FromSeconds(worked) : measured > 0 ? TimeSpan.FromSeconds(Math.Min(1e9, worked + worked / measured * (pairs - done))) : null);
    }
}

/// <param name="Part">From 0.</param>
/// <param name="Done">Of <paramref name="Count"/> pairs.</param>
public sealed record WorkerProgress(int Part, string Host, int Count, int Done, double PairsPerSecond, WorkerState State);

public enum WorkerState
{
    AtWork,
    Ended,

    /// <summary>It has said nothing for a minute.</summary>
    Lost,
}
