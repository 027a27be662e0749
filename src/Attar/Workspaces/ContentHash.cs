using System.Security.Cryptography;
using System.Text;

namespace Attar.Workspaces;

/// <summary>What a file was when it was last hashed; while size and time stay, so does the hash.</summary>
/// <param name="Modified">Last write in ticks, UTC.</param>
public sealed record FileStamp(long Size, long Modified, string Hash);

/// <summary>SHA-256 of files and folders; unchanged files are not read again.</summary>
/// <param name="record">Whose stamps are kept up to date here.</param>
sealed class ContentHash(Workspace workspace, WorkspaceRecord record)
{
    /// <summary>The hash of a path that does not exist.</summary>
    public const string Missing = "missing";

    static readonly string nothing = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <inheritdoc cref="Workspace.NameOf"/>
    public string NameOf(string path) => workspace.NameOf(path);

    /// <summary>
    /// A folder's hash follows from the names and contents of its files; checkpoints and half-written files do not count,
    /// nor, in a folder that a stage made, what the stage did not write.
    /// </summary>
    public string Of(string path)
    {
        if (File.Exists(path)) return OfFile(path);
        if (!Directory.Exists(path)) return Missing;
        var lines = new StringBuilder();
        string folder = NameOf(path);
        IReadOnlySet<string>? made = record.MadeIn(folder);
        foreach (string name in FolderFiles.Of(path))
            if (Counts(name) && made?.Contains($"{folder}/{name}") != false) lines.Append(name).Append('\t').Append(OfFile(Path.Combine(path, name))).Append('\n');
        return lines.Length == 0 ? Missing : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    /// <summary>Whether a file of a folder is of what a stage ends with.</summary>
    /// <param name="name">Relative, with slashes.</param>
    public static bool Counts(string name) =>
        !name.EndsWith(".tmp", StringComparison.Ordinal)
        && !name.StartsWith("checkpoints/", StringComparison.Ordinal)
        && !name.Contains("/checkpoints/", StringComparison.Ordinal);

    string OfFile(string path)
    {
        var file = new FileInfo(path);
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        if (file.Length == 0) return nothing; // a pipe, too, which nobody may be writing to
        string name = NameOf(path);
        if (record.Files.TryGetValue(name, out FileStamp? stamp) && stamp.Size == file.Length && stamp.Modified == file.LastWriteTimeUtc.Ticks)
            return stamp.Hash;
        using FileStream stream = file.OpenRead();
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        record.Files[name] = new(file.Length, file.LastWriteTimeUtc.Ticks, hash);
        return hash;
    }
}
