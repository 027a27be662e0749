using Attar.Models.Files;
using Attar.Models.Gguf;

namespace Attar.Models.Checkpoints;

/// <summary>What a path names as a model: a Hugging Face folder, or a GGUF file.</summary>
static class ModelSource
{
    /// <exception cref="CheckpointException">when it is neither, or broken.</exception>
    public static ModelFolder Describe(string path) => GgufModel.Find(path) is { } file ? GgufModel.Describe(file) : ModelFolder.Open(path);

    /// <exception cref="CheckpointException">when it has none, or they are broken.</exception>
    public static IWeightFile Weights(string path) => GgufModel.Find(path) is { } file ? GgufModel.Weights(file) : SafeTensorsFile.Open(path);
}
