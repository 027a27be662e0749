using Attar.Workspaces;

namespace Attar.Augmentation;

/// <summary>The parts that <see cref="GenerateWorker"/>s made, all of them, as one folder of pairs: the same bytes as one process would have written.</summary>
public sealed class GenerateMerge
{
    readonly string folder;
    readonly PairPart[] parts;

    GenerateMerge(string folder, PairPart[] parts) => (this.folder, this.parts) = (folder, parts);

    /// <summary>The generate stage that all parts make together; running it writes <c>pairs/</c>.</summary>
    public GenerateStage Stage => parts[0].StageOf() with { Merge = this };

    public ulong Seed => parts[0].Seed;

    /// <param name="workspace">In the round that was generated.</param>
    /// <exception cref="InputException">with everything that is missing, damaged or of another kind.</exception>
    public static GenerateMerge Of(Workspace workspace)
    {
        string folder = PairPart.FolderIn(workspace);
        PairPart[] parts = [.. PairPart.In(folder)];
        if (parts.Length == 0) throw new InputException(folder, "no parts; generate with --shard first");
        var faults = new FaultList();
        foreach (PairPart part in parts)
            if (parts[0].DifferenceTo(part) is { } difference) faults.Add(Path.Combine(folder, part.Name), $"does not belong to the others ({difference}); delete one of the two kinds");
        faults.ThrowIfAny();
        foreach (int index in Enumerable.Range(0, parts[0].Of).Except(parts.Select(part => part.Index)))
            faults.Add(Path.Combine(folder, ShardChoice.NameOf(index, parts[0].Of)), $"is missing; generate it with --shard {index}/{parts[0].Of}");
        foreach (PairPart part in parts)
            if (!part.IsSound(Path.Combine(folder, part.Name))) faults.Add(Path.Combine(folder, part.Name), $"does not hold the files that its worker wrote; generate it again with --shard {part.Index}/{part.Of}");
        faults.ThrowIfAny();
        return new(folder, parts);
    }

    /// <param name="context">Whose workspace is in the round that was generated.</param>
    internal void Run(StageContext context)
    {
        if (PairPart.InputsOf(parts[0].StageOf(), context.Workspace).Except(parts[0].Inputs).FirstOrDefault() is { Key: { } changed })
            throw new InputException(folder, $"{changed} has changed since the parts were made; generate them again");
        string pairs = context.Workspace.Pairs;
        Directory.CreateDirectory(pairs);
        AtomicFile.Write(Path.Combine(pairs, PairStore.Queries), stream =>
        {
            using FileStream from = File.OpenRead(Path.Combine(folder, parts[0].Name, PairStore.Queries));
            from.CopyTo(stream);
        });
        HashSet<string> products = [];
        PairStore.Write(pairs, parts.SelectMany(part => PairStore.Read(Path.Combine(folder, part.Name))).Select(pair =>
        {
            products.Add(pair.ProductId);
            return pair;
        }));
        PairQuality quality = PairQuality.Of([.. parts.Select(part => part.Quality)], parts[0].Products == 0 ? 0 : (double)products.Count / parts[0].Products);
        quality.Write(pairs);
        quality.Tell(parts[0].StageOf().PerQuery, context.Progress);
    }

    /// <summary>After the pairs are remembered.</summary>
    public void Discard()
    {
        Directory.Delete(folder, recursive: true);
        string all = Path.GetDirectoryName(folder)!;
        if (!Directory.EnumerateFileSystemEntries(all).Any()) Directory.Delete(all);
    }
}
