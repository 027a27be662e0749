
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>The folder that keeps weights fetched from elsewhere, an entry for each reference. An entry is whole or absent: it is filled aside and renamed.</summary>
public sealed class WeightStore(string root)
{
    public const string Variable = "ATTAR_STORE";
    const string Staging = ".partial", Locks = ".locks";

    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The store of this machine: <c>ATTAR_STORE</c>, or the folder for caches that the platform names.</summary>
    /// <param name="environment">A variable's value, null where it is not set.</param>
    public static WeightStore Of(Func<string, string?> environment)
    {
        if (environment(Variable) is { Length: > 0 } given) return new(given);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg // the specification has relative ones ignored
            : Path.Combine(home, ".cache");
        return new(Path.Combine(caches, "attar"));
    }

    /// <summary>The folder of a reference's entry, which may not exist.</summary>
    public string EntryOf(string reference) => Path.Combine(Root, WeightReference.FileNameOf(reference));

    /// <returns>Null where the store does not have it.</returns>
    public StoredWeights? Find(string reference) => Open(EntryOf(reference));

    /// <summary>Where the files of an entry may be put by hand; <see cref="WeightManifest"/> is then written by the next pull.</summary>
    /// <param name="staging">Where the entry would be filled.</param>
    internal static string ByHand(string staging) => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(staging))!, Path.GetFileName(staging), WeightManifest.Folder);

    /// <summary>Every entry, by its reference.</summary>
    public IReadOnlyList<StoredWeights> All() => !Directory.Exists(Root) ? [] :
        [.. Directory.EnumerateDirectories(Root).Select(Open).OfType<StoredWeights>().OrderBy(entry => entry.Manifest.Reference, StringComparer.Ordinal)];

    /// <summary>The entry that a path lies in, and the path within its model; null where it lies elsewhere.</summary>
    public (StoredWeights Entry, string Within)? EntryAt(string path)
    {
        string relative = Path.GetRelativePath(Root, path);
        if (relative == "." || relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)) return null;
        if (Open(Path.Combine(Root, relative.Split(Path.DirectorySeparatorChar)[0])) is not { } entry) return null;
        string within = Path.GetRelativePath(entry.Model, path);
        return within.StartsWith("..", StringComparison.Ordinal) ? null : (entry, within == "." ? "" : within);
    }

    /// <summary>Fills an entry, unless somebody else does meanwhile.</summary>
    /// <param name="fill">Writes the model below the folder it is given, in which a former try may have left files, and says what it is.</param>
    public StoredWeights Fill(string reference, IProgressSink progress, CancellationToken cancel, Func<string, WeightManifest> fill)
    {
        string entry = EntryOf(reference), staging = Path.Combine(Root, Staging, Path.GetFileName(entry));
        using StoreLock held = StoreLock.Wait(Path.Combine(Root, Locks, Path.GetFileName(entry)), reference, progress, cancel);
        if (Open(entry) is { } filled) return filled;
        Directory.CreateDirectory(staging);
        WeightManifest manifest;
        try
        {
            manifest = fill(staging);
        }
        catch when (!Directory.EnumerateFileSystemEntries(staging).Any())
        {
            Directory.Delete(staging);
            throw;
        }
        manifest.Write(staging);
        if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true); // without a manifest: what lay there was no entry
        Directory.Move(staging, entry);
        return new(entry, manifest);
    }

    static StoredWeights? Open(string entry) => File.Exists(Path.Combine(entry, WeightManifest.FileName)) ? new(entry, WeightManifest.Read(entry)) : null;
}
