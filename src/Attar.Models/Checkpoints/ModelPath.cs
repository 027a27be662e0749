using Attar.Models.Gguf;

namespace Attar.Models.Checkpoints;

/// <summary>Where a model may lie: a Hugging Face folder, the folder of an adapter, or a GGUF file.</summary>
public static class ModelPath
{
    const string GgufEnding = ".gguf";

    /// <summary>Whether something lies there that could be read as a model.</summary>
    public static bool IsModel(string path) =>
        File.Exists(Path.Combine(path, "config.json")) || File.Exists(Path.Combine(path, "adapter_config.json")) || GgufModel.Find(path) is { } file && File.Exists(file);

    /// <summary>Whether a path is of a GGUF file, by its name.</summary>
    public static bool IsGguf(string path) => path.EndsWith(GgufEnding, StringComparison.OrdinalIgnoreCase);
}
