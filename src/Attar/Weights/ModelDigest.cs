using System.Security.Cryptography;
using System.Text;
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>Which model it is, by what decides its scores: what was measured of one holds for no other.</summary>
public static class ModelDigest
{
    /// <summary>The folder in a model's own that keeps what was measured of it.</summary>
    public const string Notes = "calibration";

    static readonly string[] read = [".json", ".safetensors", ".gguf", ".txt", ".model", ".jinja"];

    /// <summary>SHA-256 of the names and contents of configurations, vocabularies and weights; model cards, exports and checkpoints do not count.</summary>
    /// <param name="model">A folder, or a file such as <c>model.gguf</c>.</param>
    public static string Of(string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in File.Exists(model) ? [""] : FolderFiles.Of(model).Where(Counts))
        {
            using FileStream file = File.OpenRead(Path.Combine(model, name));
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{Convert.ToHexStringLower(SHA256.HashData(file))}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static bool Counts(string name) =>
        ContentHash.Counts(name) && !name.StartsWith(Notes + "/", StringComparison.Ordinal) && read.Contains(Path.GetExtension(name).ToLowerInvariant());
}
