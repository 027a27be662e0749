namespace Attar.Weights;

/// <summary>An entry of the store while it is filled: the model's own files in a folder of their own, licences and the card beside it.</summary>
sealed class EntryFolder(string folder)
{
    /// <summary>Where a file of a repository belongs.</summary>
    public string PathOf(string name) => Path.Combine(folder, NameOf(name));

    static string NameOf(string name) => ModelFiles.IsBeside(name) ? name : $"{WeightManifest.Folder}/{name}";

    /// <summary>Removes what a former run left of other files than these; what it fetched of these in part stays.</summary>
    public void Keep(IEnumerable<string> names)
    {
        HashSet<string> kept = [.. names.Select(PathOf).SelectMany(path => new[] { path, path + ".part" }).Select(Path.GetFullPath)];
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !kept.Contains(Path.GetFullPath(path)))) File.Delete(path);
    }

    /// <summary>What the entry is, with the digests of its files as they lie there.</summary>
    /// <param name="file">The one file that the model is; null: the folder.</param>
    public WeightManifest Describe(string reference, string origin, string revision, string licence, string? file, TimeProvider clock, CancellationToken cancel) => new(
        reference, origin, revision, licence, clock.GetUtcNow(), file is null ? WeightManifest.Folder : NameOf(file),
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => new WeightFile(Path.GetRelativePath(folder, path).Replace('\\', '/'), new FileInfo(path).Length, Digest.Sha256(path, cancel)))
            .Where(file => file.Name != WeightManifest.FileName)
            .OrderBy(file => file.Name, StringComparer.Ordinal)]);
}
