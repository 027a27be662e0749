namespace Attar.Server.Reloading;

/// <summary>Where something comes from that can be loaded anew while the server runs: a model, the catalogue.</summary>
/// <param name="Name">Told to clients and in metrics.</param>
/// <param name="Load">Reads it; its exceptions are logged and the old one stays.</param>
/// <param name="Version">Changes when what would be loaded changes; cheap, for it is asked every few seconds.</param>
public sealed record Source<T>(string Name, Func<T> Load, Func<string> Version);

/// <summary>The version of files: their names, sizes and times.</summary>
public static class FolderVersion
{
    /// <summary>Of the files right in a folder and of a model's weights that lie apart, or of a file; checkpoints below it do not count.</summary>
    public static string Of(string folder) => !Path.Exists(folder)
        ? "absent"
        : string.Join('|', (File.Exists(folder) ? [new FileInfo(folder)] : new DirectoryInfo(folder).EnumerateFiles().Concat(new DirectoryInfo(Path.Combine(folder, "attar")) is { Exists: true } apart ? apart.EnumerateFiles() : [])).OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
}
