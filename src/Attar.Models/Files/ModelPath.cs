namespace Attar.Models.Files;

/// <summary>Where a model may lie: a Hugging Face folder, the folder of an adapter, a GGUF file, or a folder with one.</summary>
public static class ModelPath
{
    const string GgufEnding = ".gguf";

    /// <summary>Whether something lies there that could be read as a model.</summary>
    public static bool IsModel(string path) =>
        File.Exists(Path.Combine(path, "config.json")) || File.Exists(Path.Combine(path, "adapter_config.json")) || GgufIn(path).Any();

    /// <summary>Whether a path is of a GGUF file, by its name.</summary>
    public static bool IsGguf(string path) => path.EndsWith(GgufEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>The GGUF files that a path stands for: itself, or those of a folder.</summary>
    internal static IEnumerable<string> GgufIn(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path).Where(IsGguf).Order(StringComparer.Ordinal) : IsGguf(path) && File.Exists(path) ? [path] : [];
}
