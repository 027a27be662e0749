using System.Text.Json;
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>A file of weights in the store.</summary>
/// <param name="Name">Its path in the entry, with slashes.</param>
/// <param name="Size">In bytes.</param>
public sealed record WeightFile(string Name, long Size, string Sha256);

/// <summary>What an entry of the store is: <c>attar-weights.json</c>. It is written last, so that an entry which has one is whole.</summary>
/// <param name="Reference">How it is named, the same on every machine.</param>
/// <param name="Origin">Where it came from: an address, a package source, a file.</param>
/// <param name="Revision">The commit or the version that was fetched.</param>
/// <param name="Licence">An SPDX name where there is one; empty: not told.</param>
/// <param name="Date">When it was fetched.</param>
/// <param name="Model">The model's folder, or its <c>.gguf</c> file, in the entry.</param>
public sealed record WeightManifest(string Reference, string Origin, string Revision, string Licence, DateTimeOffset Date, string Model, IReadOnlyList<WeightFile> Files)
{
    public const string FileName = "attar-weights.json", Folder = "model";

    public long Size => Files.Sum(file => file.Size);

    /// <exception cref="InputException">The file is damaged.</exception>
    internal static WeightManifest Read(string entry)
    {
        string path = Path.Combine(entry, FileName);
        try
        {
            using FileStream stream = File.OpenRead(path);
            WeightManifest manifest = JsonSerializer.Deserialize<WeightManifest>(stream, RecordJson.Options) ?? throw new JsonException("null");
            foreach (string name in manifest.Files.Select(file => file.Name).Append(manifest.Model)) OwnedPath.Of(Path.GetFullPath(entry), name, path);
            return manifest;
        }
        catch (JsonException)
        {
            throw new InputException(path, $"damaged: expected the JSON that a pull writes; delete {entry} and pull again");
        }
    }

    internal void Write(string entry) => AtomicFile.Write(Path.Combine(entry, FileName), stream => JsonSerializer.Serialize(stream, this, RecordJson.Options));
}
