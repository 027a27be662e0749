using Attar.Models.Files;

namespace Attar.Models.Gguf;

/// <summary>GGUF files where a model folder can be named: the path of a file, or of a folder with one and without config.json.</summary>
public static class GgufModel
{
    /// <summary>The file that a path stands for; null where it is another form of model.</summary>
    /// <exception cref="CheckpointException">when a folder has several.</exception>
    public static string? Find(string path)
    {
        if (!Directory.Exists(path)) return ModelPath.IsGguf(path) ? path : null; // whether it is there is told when it is opened
        if (File.Exists(Path.Combine(path, "config.json"))) return null;
        string[] files = [.. ModelPath.GgufIn(path)];
        return files.Length <= 1 ? files.FirstOrDefault()
            : throw new CheckpointException($"{path}: expected one .gguf file, the folder has {string.Join(", ", files.Take(5).Select(Path.GetFileName))}{(files.Length > 5 ? ", ..." : "")}: name the file instead");
    }

    /// <summary>What a file's config.json would be.</summary>
    internal static ModelFolder Describe(string path)
    {
        using var file = new GgufFile(path);
        return new ModelFolder(path, GgufConfig.Of(file));
    }

    internal static IWeightFile Weights(string path)
    {
        var file = new GgufFile(path);
        try
        {
            string architecture = file.Metadata.Text("general.architecture") ?? "";
            return new GgufWeights(file, RotaryRows.Moved(architecture) ? GgufConfig.HeadSize(file.Metadata, architecture) : 0, architecture.StartsWith("gemma", StringComparison.Ordinal));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
