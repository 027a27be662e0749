using System.Security.Cryptography;
using System.Text;

namespace Attar.Workspaces;

/// <summary>What a file was when it was last hashed; while size and time stay, so does the hash.</summary>
/// <param name="Modified">Last write in ticks, UTC.</param>
public sealed record FileStamp(long Size, long Modified, string Hash);

/// <summary>SHA-256 of files and folders; unchanged files are not read again.</summary>
/// <param name="stamps">By path as <paramref name="workspace"/> remembers it; kept up to date here.</param>
sealed class ContentHash(Workspace workspace, IDictionary<string, FileStamp> stamps)
{
    /// <summary>The hash of a path that does not exist.</summary>
    public const string Missing = "missing";

    /// <inheritdoc cref="Workspace.NameOf"/>
    public string NameOf(string path) => workspace.NameOf(path);

    /// <summary>A folder's hash follows from the names and contents of its files; checkpoints and half-written files do not count.</summary>
    public string Of(string path)
    {
        if (File.Exists(path)) return OfFile(path);
        if (!Directory.Exists(path)) return Missing;
        var lines = new StringBuilder();
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(path, file).Replace('\\', '/'), File: file))
            .Where(entry => Counts(entry.Name))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal);
        foreach (var (name, file) in files) lines.Append(name).Append('\t').Append(OfFile(file)).Append('\n');
        return lines.Length == 0 ? Missing : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    static bool Counts(string name) =>
        !name.EndsWith(".tmp", StringComparison.Ordinal)
        && !name.StartsWith("checkpoints/", StringComparison.Ordinal)
        && !name.Contains("/checkpoints/", StringComparison.Ordinal);

    string OfFile(string path)
    {
        var file = new FileInfo(path);
        string name = NameOf(path);
        if (stamps.TryGetValue(name, out FileStamp? stamp) && stamp.Size == file.Length && stamp.Modified == file.LastWriteTimeUtc.Ticks)
            return stamp.Hash;
        using FileStream stream = file.OpenRead();
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        stamps[name] = new(file.Length, file.LastWriteTimeUtc.Ticks, hash);
        return hash;
    }
}
