using Attar.Data;

namespace Attar.Labeling;

/// <summary>
/// Fills a labels folder shard by shard. A shard grows as <c>NAME.part</c>, is renamed when it is whole and then listed in the manifest
/// with its checksum; whatever a stopped process left behind, the next one goes on from there and ends with the same bytes.
/// </summary>
sealed class LabelWriter
{
    public const int ShardPairs = 1 << 17; // some megabytes: what a damaged byte costs at most

    const string Former = "former"; // labels of other pairs, kept until the new ones are written
    readonly string folder;
    readonly string? before;
    readonly Func<string, Stream> open;
    readonly HashSet<int> sound;
    LabelManifest manifest;

    LabelWriter(string folder, LabelManifest manifest, Func<string, Stream>? open, IEnumerable<int> sound, string? before = null)
    {
        (this.folder, this.manifest, this.sound, this.before) = (folder, manifest, [.. sound], before);
        this.open = open ?? Growing;
    }

    public LabelManifest Manifest => manifest;

    static FileStream Growing(string path)
    {
        if (OwnedPath.IsLink(path)) File.Delete(path); // what it leads to is nobody's label
        return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Begins a store in which nothing of a former one counts.</summary>
    public static LabelWriter Begin(string folder, LabelManifest manifest, Func<string, Stream>? open = null)
    {
        Clear(folder);
        manifest.Write(folder);
        return new(folder, manifest, open, []);
    }

    /// <summary>
    /// Goes on with a store of the same pairs: what is sound stays. A store of other pairs by the same teacher becomes <see cref="Known"/>;
    /// one of another teacher or of another kind is removed, for its labels do not mix with these.
    /// </summary>
    /// <param name="begun">Without shards and count.</param>
    /// <param name="before">A store whose labels by the same teacher are known too.</param>
    /// <exception cref="InputException">The folder's manifest is damaged.</exception>
    public static LabelWriter GoOn(string folder, LabelManifest begun, Action<string> note, Func<string, Stream>? open = null, string? before = null)
    {
        if (before is not null && begun.Stamp.DifferenceTo(LabelManifest.Read(before).Stamp) is { } other)
        {
            note($"label: labels of the round before are of another kind ({other}); all pairs are labelled anew");
            before = null;
        }
        if (!File.Exists(Path.Combine(folder, LabelManifest.FileName)))
        {
            Directory.CreateDirectory(folder);
            begun.Write(folder);
            return new(folder, begun, open, [], before);
        }
        LabelManifest there = LabelManifest.Read(folder);
        if (begun.Stamp.DifferenceTo(there.Stamp) is { } difference)
        {
            note($"label: all labels are made anew, those there are of another kind ({difference})");
            Clear(folder);
            begun.Write(folder);
            return new(folder, begun, open, [], before);
        }
        if (there.Source != begun.Source || there.ShardPairs != begun.ShardPairs)
        {
            SetAside(folder);
            begun.Write(folder);
            return new(folder, begun, open, [], before);
        }
        int[] sound = [.. Enumerable.Range(0, there.Shards.Count).Where(shard => LabelStore.IsSound(folder, there.Shards[shard]))];
        foreach (LabelShard damaged in there.Shards.Where((_, shard) => !sound.Contains(shard)))
        {
            note($"label: {damaged.File} is damaged or missing and made anew");
            File.Delete(Path.Combine(folder, damaged.File));
        }
        return new(folder, there, open, sound, before);
    }

    /// <summary>Whether a shard is whole and need not be made.</summary>
    public bool Has(int shard) => sound.Contains(shard);

    /// <summary>Labels of the same teacher: of the store before, and those that were set aside because the pairs are others now.</summary>
    public KnownLabels Known()
    {
        string aside = Path.Combine(folder, Former);
        string[] former = Directory.Exists(aside) ? [.. Directory.GetDirectories(aside).Order(StringComparer.Ordinal)] : [];
        return new KnownLabels(before is null ? former : [before, .. former], manifest.Stamp);
    }

    /// <summary>A shard to write to, from the first label on that is not there yet.</summary>
    /// <param name="count">Of its labels when it is whole.</param>
    /// <param name="isLabelOf">Whether a line is the label of the pair at that place of the shard.</param>
    public LabelShardWriter Open(int shard, int count, Func<string, int, bool> isLabelOf)
    {
        string path = Path.Combine(folder, LabelStore.ShardName(shard)), part = path + ".part";
        if (File.Exists(path)) File.Move(path, part, overwrite: true); // whole, but the process ended before the manifest knew
        long lines = WholeLines.Keep(part);
        return new(open(part), LabelStore.Header(manifest.Stamp), Math.Min(count, lines - 1), isLabelOf, Seal);

        void Seal()
        {
            var whole = new LabelShard(LabelStore.ShardName(shard), count, LabelStore.HashOf(part));
            File.Move(part, path, overwrite: true);
            LabelShard[] shards = [.. manifest.Shards.Take(shard), whole, .. manifest.Shards.Skip(shard + 1)];
            manifest = manifest with { Shards = shards };
            manifest.Write(folder);
            sound.Add(shard);
        }
    }

    /// <summary>Says that the store is whole, and forgets the former ones.</summary>
    /// <param name="note">Told of pairs that could not be labelled.</param>
    public void Finish(LabelEndpoint? endpoint = null, Action<string>? note = null)
    {
        WriteDeadLetters(note);
        manifest = manifest with { Count = manifest.Shards.Sum(shard => (long)shard.Count), Endpoint = endpoint };
        manifest.Write(folder);
        if (Directory.Exists(Path.Combine(folder, Former))) Directory.Delete(Path.Combine(folder, Former), recursive: true);
    }

    void WriteDeadLetters(Action<string>? note)
    {
        string path = Path.Combine(folder, LabelStore.DeadLetters);
        List<string> dead = [.. manifest.Shards.SelectMany(shard => File.ReadLines(Path.Combine(folder, shard.File))).Where(LabelStore.IsDead)];
        File.Delete(path);
        if (dead.Count == 0) return;
        AtomicFile.WriteText(path, writer =>
        {
            writer.WriteLine("query_id\tproduct_id\treason");
            foreach (string line in dead) writer.WriteLine($"{string.Join('\t', line.Split('\t').Take(2))}\t{LabelStore.ReasonOf(line)}");
        });
        note?.Invoke($"label: {dead.Count:n0} pairs could not be labelled; {LabelStore.DeadLetters} beside the labels says why");
    }

    /// <summary>The manifest goes last: a store set aside by halves is still recognised as one.</summary>
    static void SetAside(string folder)
    {
        string former = Path.Combine(folder, Former);
        int number = Directory.Exists(former) ? Directory.GetDirectories(former).Length : 0;
        string latest = Path.Combine(former, $"{number - 1}");
        string to = number > 0 && !File.Exists(Path.Combine(latest, LabelManifest.FileName)) ? latest : Path.Combine(former, $"{number}");
        Directory.CreateDirectory(to);
        foreach (string file in Shards(folder)) File.Move(file, Path.Combine(to, Path.GetFileName(file)));
        File.Move(Path.Combine(folder, LabelManifest.FileName), Path.Combine(to, LabelManifest.FileName));
    }

    static void Clear(string folder)
    {
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, LabelManifest.FileName)); // first: shards without it belong to nobody
        if (Directory.Exists(Path.Combine(folder, Former))) Directory.Delete(Path.Combine(folder, Former), recursive: true);
        foreach (string file in Shards(folder)) File.Delete(file);
    }

    static string[] Shards(string folder) => [.. Directory.GetFiles(folder).Where(file => LabelStore.IsShard(Path.GetFileName(file)))];
}
