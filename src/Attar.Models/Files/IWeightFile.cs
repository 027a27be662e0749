using Attar.Tensors;

namespace Attar.Models.Files;

/// <summary>The weights of a model under Hugging Face's names, whatever the file calls them.</summary>
interface IWeightFile : IDisposable
{
    /// <summary>For messages.</summary>
    string Location { get; }

    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Number of tensors.</summary>
    int Count { get; }

    bool Contains(string name);

    /// <exception cref="CheckpointException">when there is no such tensor.</exception>
    IReadOnlyList<long> Shape(string name);

    /// <summary>A tensor, or a part of one, as a matrix (a vector is one row).</summary>
    /// <param name="name">Of the tensor in the file.</param>
    /// <param name="wanted">Its part and shape.</param>
    /// <param name="use">Where the values are to be.</param>
    /// <param name="narrow">A matrix of fewer bits than float32 stays in its format.</param>
    /// <exception cref="CheckpointException">when there is no such tensor, or it has another type or shape.</exception>
    Tensor Matrix(string name, StoredTensor wanted, WeightMemory use, bool narrow = false);
}
