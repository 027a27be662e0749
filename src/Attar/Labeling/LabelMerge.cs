using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling.Cascading;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>The parts that <see cref="LabelWorker"/>s wrote, all of them, as one store: the same bytes as one process would have written.</summary>
public sealed class LabelMerge
{
    readonly string folder;
    readonly LabelPart[] parts;

    LabelMerge(string folder, LabelPart[] parts) => (this.folder, this.parts) = (folder, parts);

    /// <summary>The label stage that all parts make together; running it writes <c>labels/</c>.</summary>
    public LabelStage Stage => parts[0].StageOf() with { Merge = this };

    public ulong Seed => parts[0].Seed;

    /// <param name="workspace">In the round that was labelled.</param>
    /// <exception cref="InputException">with everything that is missing, damaged or of another kind.</exception>
    public static LabelMerge Of(Workspace workspace)
    {
        string folder = LabelPart.FolderIn(workspace);
        LabelPart[] parts = [.. Manifests(folder).Select(LabelPart.Read).OrderBy(part => part.Of).ThenBy(part => part.Index)];
        if (parts.Length == 0) throw new InputException(folder, "no parts; label with --shard first");
        var faults = new FaultList();
        foreach (LabelPart part in parts)
            if (parts[0].DifferenceTo(part) is { } difference) faults.Add(Path.Combine(folder, ShardChoice.NameOf(part.Index, part.Of)), $"does not belong to the others ({difference}); delete one of the two kinds");
        faults.ThrowIfAny();
        foreach (int index in Enumerable.Range(0, parts[0].Of).Except(parts.Select(part => part.Index)))
            faults.Add(Path.Combine(folder, ShardChoice.NameOf(index, parts[0].Of)), $"is missing; label it with --shard {index}/{parts[0].Of}");
        foreach (LabelPart part in parts)
            if (Lines(folder, part) is var path && (!File.Exists(path) || LabelStore.HashOf(path) != part.Sha256)) faults.Add(path, $"is not the file its manifest describes; label it again with --shard {part.Index}/{part.Of}");
        faults.ThrowIfAny();
        return new(folder, parts);
    }

    /// <summary>Manifests of whole parts.</summary>
    internal static string[] Manifests(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "part-*-of-*.json") : [];

    /// <param name="context">Whose workspace is in the round that was labelled.</param>
    internal void Run(StageContext context)
    {
        Workspace workspace = context.Workspace;
        if (parts[0].Source != LabelStage.Source(workspace)) throw new InputException(folder, "the pairs or their texts have changed since the parts were labelled; label them again");
        Dataset dataset = DatasetFiles.Read(workspace.Data);
        Dictionary<string, string> queries = dataset.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        var prints = new TextPrints(queries, dataset.Products);
        IEnumerable<CandidatePair> pairs = PairStore.Read(workspace.Pairs, out long count);
        if (parts.Sum(part => (long)part.Count) != count) throw new InputException(folder, $"{parts.Sum(part => (long)part.Count):n0} labels for {count:n0} pairs; label the parts again");
        using IEnumerator<string> lines = parts.SelectMany(part => File.ReadLines(Lines(folder, part)).Skip(1)).GetEnumerator();
        (string Query, bool Was) asked = default;
        LabelWriter writer = LabelWriter.Begin(workspace.Labels, new LabelManifest(parts[0].Stamp, parts[0].Source, parts.Min(part => part.Began), LabelWriter.ShardPairs, [], Precisions: parts[0].Precisions));
        Labeler.Run(writer, pairs, count, prints.Of, Next, context);
        writer.Finish(note: context.Progress.Note);
        if (parts[0].Cascade is not null) LabelStage.Tell(CascadeReport.Joined([.. parts.Select(part => part.Cascade!)]), context);

        IEnumerable<string> Next(CandidatePair[] chunk)
        {
            foreach (CandidatePair pair in chunk)
            {
                if (!lines.MoveNext() || !LabelStore.IsLabelOf(lines.Current, pair, prints.Of(pair), parts[0].Stamp))
                    throw new InputException(folder, $"query {pair.QueryId} and product {pair.ProductId}: no label where it should stand, or two of another pair; label the parts again");
                if (parts[0].Cascade is not null && !LabelStore.IsDead(lines.Current))
                {
                    if (asked.Query == pair.QueryId && asked.Was != LabelStore.WasAsked(lines.Current))
                        throw new InputException(folder, $"query {pair.QueryId}: the dear teacher was asked about a part of its products only, as where workers compute differently; label the parts again on machines of one kind");
                    asked = (pair.QueryId, LabelStore.WasAsked(lines.Current));
                }
                yield return lines.Current;
            }
        }
    }

    /// <summary>After the store is remembered.</summary>
    public void Discard()
    {
        Directory.Delete(folder, recursive: true);
        string parts = Path.GetDirectoryName(folder)!;
        if (!Directory.EnumerateFileSystemEntries(parts).Any()) Directory.Delete(parts);
    }

    static string Lines(string folder, LabelPart part) => Path.Combine(folder, ShardChoice.NameOf(part.Index, part.Of) + ".tsv");
}
