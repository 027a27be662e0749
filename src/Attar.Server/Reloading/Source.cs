using System.Security.Cryptography;
using System.Text;
using Attar.Weights;

namespace Attar.Server.Reloading;

/// <summary>Where something comes from that can be loaded anew while the server runs: a model, the catalogue.</summary>
/// <param name="Name">Told to clients and in metrics.</param>
/// <param name="Load">Reads it; its exceptions are logged and the old one stays.</param>
/// <param name="Version">Changes when what would be loaded changes; cheap, for it is asked every few seconds.</param>
public sealed record Source<T>(string Name, Func<T> Load, Func<string> Version);

/// <summary>What the files right in a folder are, a model's weights that lie apart and what was measured of it, or one file; checkpoints below a folder do not count.</summary>
public static class FolderVersion
{
    /// <summary>Their names, sizes and times.</summary>
    public static string Of(string folder) => !Path.Exists(folder) ? "absent" : string.Join('|', Files(folder).Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}"));

    /// <summary>The SHA-256 of their names and contents, in 16 hexadecimal digits: the same wherever the same model lies. It reads all of them.</summary>
    public static string DigestOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FileInfo file in Files(folder))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Name + "\0"));
            using FileStream content = file.OpenRead();
            hash.AppendData(SHA256.HashData(content));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    static IEnumerable<FileInfo> Files(string folder) => File.Exists(folder)
        ? [new FileInfo(folder)]
        : ((string[])["", "attar", ModelDigest.Notes]).Select(part => new DirectoryInfo(Path.Combine(folder, part))).Where(part => part.Exists).SelectMany(part => part.EnumerateFiles()).OrderBy(file => file.Name, StringComparer.Ordinal);
}
