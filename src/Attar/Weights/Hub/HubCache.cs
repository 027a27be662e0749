namespace Attar.Weights.Hub;

/// <summary>The cache of the Hub's own tools, read only: <c>models--ORG--NAME/refs/REVISION</c> holds a commit, <c>snapshots/COMMIT/</c> links to <c>blobs/DIGEST</c>. Layout: https://huggingface.co/docs/huggingface_hub/guides/manage-cache.</summary>
sealed class HubCache(string root, string repository)
{
    readonly string folder = Path.Combine(root, "models--" + repository.Replace("/", "--"));

    /// <summary>The commit of a revision and the folder with its files; null where the cache does not know it.</summary>
    public (string Commit, string Folder)? Snapshot(string revision)
    {
        string reference = Path.Combine([folder, "refs", .. revision.Split('/')]);
        string commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : revision;
        if (commit.Length == 0 || !commit.All(char.IsAsciiHexDigit)) return null;
        string snapshot = Path.Combine(folder, "snapshots", commit);
        return Directory.Exists(snapshot) ? (commit, snapshot) : null;
    }

    /// <summary>The files of a snapshot by name, with the digest that the name of what they link to is; empty where they are no links.</summary>
    public static IReadOnlyList<HubFile> Files(string snapshot) =>
        [.. Directory.EnumerateFiles(snapshot, "*", SearchOption.AllDirectories).Where(File.Exists).Select(path =>
        {
            FileInfo? target = (FileInfo?)File.ResolveLinkTarget(path, returnFinalTarget: true);
            string digest = target?.Name is { Length: 40 or 64 } name && name.All(char.IsAsciiHexDigit) ? name : "";
            return new HubFile(Path.GetRelativePath(snapshot, path).Replace('\\', '/'), (target ?? new FileInfo(path)).Length, digest);
        })];

    /// <summary>A file by its digest; null where the cache does not have it whole.</summary>
    public string? Blob(HubFile file) => Path.Combine(folder, "blobs", file.Digest) is var path && File.Exists(path) && new FileInfo(path).Length == file.Size ? path : null;
}
