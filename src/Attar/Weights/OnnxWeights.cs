using System.Security.Cryptography;
using System.Text;
using Attar.Models.Files;
using Attar.Models.Onnx;

namespace Attar.Weights;

/// <summary>An ONNX file as a Hugging Face folder of the store: converted once, as long as the file and what lies beside it stay.</summary>
static class OnnxWeights
{
    static readonly HashSet<string> companions = ["config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "vocab.json", "merges.txt", "tokenizer.model"];

    /// <summary>Named by content: the same file is the same model on every machine.</summary>
    public static string ReferenceOf(string file, CancellationToken cancel)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!, name = Path.GetFileName(file);
        string[] places = [folder, .. Path.GetDirectoryName(folder) is { } above ? new[] { above } : []];
        var lines = new StringBuilder();
        foreach (string part in places.SelectMany(place => Directory.EnumerateFiles(place)
            .Where(path => companions.Contains(Path.GetFileName(path)) || (place == folder && Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal))) // model.onnx_data holds what is too large for model.onnx
            .Order(StringComparer.Ordinal)))
            lines.Append(Path.GetRelativePath(folder, part).Replace('\\', '/')).Append('\t').Append(Digest.Sha256(part, cancel)).Append('\n');
        return $"onnx:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())))[..16]}/{name}";
    }

    /// <summary>Writes the model of an entry.</summary>
    /// <exception cref="CheckpointException">when the file is no model that can be read.</exception>
    /// <exception cref="InvalidDataException">when there is no tokenizer beside it.</exception>
    public static WeightManifest Unfold(string file, string reference, string entry, TimeProvider clock, CancellationToken cancel)
    {
        var filling = new EntryFolder(entry);
        filling.Keep([]);
        OnnxFolder.Convert(file, Path.Combine(entry, WeightManifest.Folder));
        return filling.Describe(reference, Path.GetFullPath(file), "", "", null, clock, cancel);
    }
}
