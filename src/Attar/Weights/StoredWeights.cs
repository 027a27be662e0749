namespace Attar.Weights;

/// <summary>An entry of the store, whole.</summary>
/// <param name="Folder">With the model, its licence and <c>attar-weights.json</c>.</param>
public sealed record StoredWeights(string Folder, WeightManifest Manifest)
{
    /// <summary>The model's folder, or its <c>.gguf</c> file.</summary>
    public string Model => Path.Combine(Folder, Manifest.Model);

    /// <summary>What is wrong with its files, a line each: missing, of another size, and where <paramref name="digests"/> are to be computed, changed.</summary>
    public IEnumerable<string> Faults(bool digests, CancellationToken cancel)
    {
        foreach (WeightFile file in Manifest.Files)
        {
            string path = Path.Combine(Folder, file.Name);
            if (!File.Exists(path)) yield return $"{path}: missing";
            else if (new FileInfo(path).Length is var size && size != file.Size) yield return $"{path}: {size:n0} bytes, {file.Size:n0} were fetched";
            else if (digests && !Digest.Fits(path, file.Sha256, cancel)) yield return $"{path}: changed since it was fetched; its SHA-256 is no longer {file.Sha256}";
        }
    }
}
