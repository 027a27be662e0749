using Attar.Models.Gguf;

namespace Attar.Models.Checkpoints;

/// <summary>What a path names as a model: a Hugging Face folder, or a GGUF file.</summary>
static class ModelSource
{
    /// <exception cref="CheckpointException">when it is neither, or broken.</exception>
    public static ModelFolder Describe(string path) => GgufModel.Find(path) is { } file ? GgufModel.Describe(file) : ModelFolder.Open(path);

    /// <inheritdoc cref="Describe"/>
    public static (ModelFolder Description, IWeightFile Weights) Open(string path)
    {
        if (GgufModel.Find(path) is { } file) return GgufModel.Open(file);
        ModelFolder description = ModelFolder.Open(path);
        _ = Architecture.Of(description); // what cannot be read is refused before the weights are looked for
        return (description, SafeTensorsFile.Open(path));
    }
}
