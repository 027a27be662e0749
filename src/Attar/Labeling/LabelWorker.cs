using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Data;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>
/// One of several processes, on one machine or on many that share a disk, that label the pairs of a workspace together. Each writes whole parts to
/// <c>parts/labels/</c> and leaves <c>workspace.json</c> alone; <see cref="LabelMerge"/> makes one store of them. Which worker labels what
/// changes no byte, and a worker that is lost costs what it had not written of its part.
/// </summary>
public sealed class LabelWorker(LabelStage stage, ShardChoice choice, StageContext context)
{
    const int FewestPairs = 16, MostPairs = 2048; // between two writes
    static readonly TimeSpan quick = TimeSpan.FromSeconds(1), slow = TimeSpan.FromSeconds(4), telling = TimeSpan.FromSeconds(2); // quick and slow: between two writes, for which nobody knows how far a worker is

    /// <returns>Parts that this worker made.</returns>
    /// <exception cref="InputException">The teacher runs elsewhere, or the folder holds parts of another kind.</exception>
    /// <exception cref="OperationCanceledException"/>
    public int Run()
    {
        stage.Check();
        if (stage.Teacher is not null) throw new InputException("--shard", "a teacher that runs elsewhere is asked by one process; leave --shard out, and raise --concurrency");
        StageContext own = context with { Workspace = context.Workspace.Round(stage.Round) };
        using var held = new WorkspaceLock(own.Workspace, shared: true);
        string folder = LabelPart.FolderIn(own.Workspace);
        Directory.CreateDirectory(folder);
        var options = (JsonObject)JsonSerializer.SerializeToNode(stage.Resolved(own.Workspace), stage.GetType(), RecordJson.Options)!;
        int made = 0;
        using var job = new Lazily<LabelJob>(() => new LabelJob(stage, own, alone: false));
        foreach (int index in choice.Parts)
        {
            context.Cancel.ThrowIfCancellationRequested();
            string name = Path.Combine(folder, ShardChoice.NameOf(index, choice.Of));
            using FileStream? claim = choice.Claim(name);
            if (claim is null || IsWhole(name, options, own)) continue;
            Fill(index, name, options, job.Value, own);
            made++;
        }
        return made;
    }

    bool IsWhole(string name, JsonObject options, StageContext own)
    {
        if (!File.Exists(name + ".json")) return false;
        LabelPart part = LabelPart.Read(name + ".json");
        if (part.Seed != own.Seed || !JsonNode.DeepEquals(part.Stage, options) || part.Source != LabelStage.Source(own.Workspace))
            throw new InputException(name + ".json", $"was made with other options, of other pairs or of other texts; 'attar labels merge' them, or delete {Path.GetDirectoryName(name)}");
        if (File.Exists(name + ".tsv") && LabelStore.HashOf(name + ".tsv") == part.Sha256) return true;
        File.Delete(name + ".json"); // what it speaks of is damaged
        return false;
    }

    void Fill(int index, string name, JsonObject options, LabelJob job, StageContext own)
    {
        DateTimeOffset began = own.Clock.GetUtcNow(), told = began;
        long first = ShardChoice.First(index, choice.Of, job.Count), last = ShardChoice.First(index + 1, choice.Of, job.Count);
        int count = checked((int)(last - first));
        using IEnumerator<CandidatePair> pairs = job.Pairs.Skip(checked((int)first)).Take(count).GetEnumerator();
        string part = name + ".part";
        long lines = WholeLines.Keep(part);
        CandidatePair? open = null; // the first whose line was not sound
        using var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        using var shard = new LabelShardWriter(stream, LabelStore.Header(job.Stamp), Math.Min(count, lines - 1), (line, _) =>
        {
            pairs.MoveNext();
            bool sound = LabelStore.IsLabelOf(line, pairs.Current, job.Print(pairs.Current), job.Stamp);
            open = sound ? null : pairs.Current;
            return sound;
        }, Seal);
        int kept = shard.Count;
        var chunk = new List<CandidatePair>(MostPairs);
        if (open is not null) chunk.Add(open);
        Tell();
        for (int size = FewestPairs; shard.Count < count;)
        {
            long start = own.Clock.GetTimestamp();
            while (chunk.Count < Math.Min(size, count - shard.Count) && pairs.MoveNext()) chunk.Add(pairs.Current);
            shard.Append([.. job.Lines([.. chunk])]);
            chunk.Clear();
            own.Progress.Report($"label {index}/{choice.Of}", shard.Count, count);
            TimeSpan took = own.Clock.GetElapsedTime(start);
            if (shard.Count == count || own.Clock.GetUtcNow() - told >= telling) Tell();
            size = took < quick ? Math.Min(2 * size, MostPairs) : took > slow ? Math.Max(size / 2, FewestPairs) : size;
            if (shard.Count < count) own.Cancel.ThrowIfCancellationRequested();
        }
        shard.Seal();

        void Tell()
        {
            told = own.Clock.GetUtcNow();
            new PartProgress(index, choice.Of, job.Count, count, shard.Count, kept, Environment.MachineName, began, told).Write(Path.GetDirectoryName(name)!);
        }

        void Seal()
        {
            string sha = LabelStore.HashOf(part);
            File.Move(part, name + ".tsv", overwrite: true);
            new LabelPart(index, choice.Of, options, own.Seed, job.Stamp, job.Source, count, sha, began, Math.Round((own.Clock.GetUtcNow() - began).TotalSeconds, 3), job.Precisions, job.Cascade).Write(Path.GetDirectoryName(name)!);
        }
    }

    /// <summary>A worker that finds nothing to do does not load a teacher.</summary>
    sealed class Lazily<T>(Func<T> make) : IDisposable where T : class, IDisposable
    {
        T? value;

        public T Value => value ??= make();

        public void Dispose() => value?.Dispose();
    }
}
