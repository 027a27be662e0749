using System.Text;
using Attar.Augmentation;
using Attar.Data;

namespace Attar.Labeling;

/// <summary>Labels of former stores, found again by pair. Memory holds where each query's labels lie, not the labels.</summary>
/// <remarks>For one caller at a time; quick when pairs of a query come together.</remarks>
sealed class KnownLabels : IDisposable
{
    readonly record struct Place(int File, long Start, int Length);

    readonly List<FileStream> files = [];
    readonly List<Dictionary<string, List<Place>>> stores = []; // by query, the newest store first; a query has two places where its labels go on in the next shard
    readonly Dictionary<string, string> lines = []; // of the current query, by product
    string? query;

    /// <param name="folders">Of stores with the same stamp, from the oldest to the newest; whole shards count where their checksum agrees, begun ones as far as their lines are sound.</param>
    public KnownLabels(IEnumerable<string> folders, LabelStamp stamp)
    {
        foreach (string folder in folders.Reverse())
        {
            var store = new Dictionary<string, List<Place>>();
            if (File.Exists(Path.Combine(folder, LabelManifest.FileName)))
                foreach (LabelShard shard in LabelManifest.Read(folder).Shards.Where(shard => LabelStore.IsSound(folder, shard)))
                    Index(Path.Combine(folder, shard.File), stamp, store);
            foreach (string part in Directory.GetFiles(folder, "*.part"))
            {
                WholeLines.Keep(part);
                Index(part, stamp, store);
            }
            if (store.Count > 0) stores.Add(store);
        }
    }

    /// <summary>Whether there are any.</summary>
    public bool Any => stores.Count > 0;

    /// <summary>The line that a store has of a pair, provided that the teacher read the same text; otherwise null.</summary>
    public string? Find(CandidatePair pair, string text)
    {
        if (pair.QueryId != query) Load(pair.QueryId);
        return lines.TryGetValue(pair.ProductId, out string? line) && line.EndsWith("\t" + text, StringComparison.Ordinal) ? line : null;
    }

    void Index(string path, LabelStamp stamp, Dictionary<string, List<Place>> store)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        files.Add(file);
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadLine() is not { } header || header != LabelStore.Header(stamp)) return;
        long at = header.Length + 1, start = at;
        string current = "";
        while (reader.ReadLine() is { } line && LabelStore.IsSound(line, stamp))
        {
            string of = line[..line.IndexOf('\t')];
            if (of != current)
            {
                Add();
                (current, start) = (of, at);
            }
            at += Encoding.UTF8.GetByteCount(line) + 1;
        }
        Add();
        void Add()
        {
            if (at == start) return;
            if (!store.TryGetValue(current, out List<Place>? places)) store.Add(current, places = new(1));
            places.Add(new Place(files.Count - 1, start, (int)(at - start)));
        }
    }

    void Load(string of)
    {
        query = of;
        lines.Clear();
        foreach (Place place in stores.SelectMany(store => store.GetValueOrDefault(of, [])))
        {
            byte[] bytes = new byte[place.Length];
            files[place.File].Position = place.Start;
            files[place.File].ReadExactly(bytes);
            foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                lines.TryAdd(line.Split('\t', 3)[1], line);
        }
    }

    public void Dispose()
    {
        foreach (FileStream file in files) file.Dispose();
    }
}
