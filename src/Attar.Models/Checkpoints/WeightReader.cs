using Attar.Tensors;

namespace Attar.Models.Checkpoints;

/// <summary>Finds a model's parameters in its file, under today's names or those of older folders.</summary>
/// <param name="freshHead">The output layer is to be new, and the layer before it where the file has none.</param>
/// <param name="mapped">Float32 weights stay in the file.</param>
sealed class WeightReader(SafeTensorsFile file, Architecture architecture, bool freshHead, bool mapped)
{
    /// <returns>Null for what begins anew.</returns>
    /// <exception cref="CheckpointException">when the file lacks the tensor, or has it in another type or shape.</exception>
    public Tensor? Read(StoredTensor wanted)
    {
        bool output = wanted.Name.StartsWith(architecture.Output, StringComparison.Ordinal);
        bool head = output || architecture.HeadLayer is { } layer && wanted.Name.StartsWith(layer, StringComparison.Ordinal);
        string? found = NamesOf(wanted.Name).FirstOrDefault(file.Contains);
        if (freshHead && (output || head && found == null)) return null;
        if (found != null) return file.Matrix(found, wanted, mapped);
        throw new CheckpointException($"{file.Location}: expected tensor {wanted.Name} of shape ({string.Join(", ", wanted.WholeShape)}), the file lacks it among its {file.Names.Count}"
            + (head ? ": the model has no head for scores yet, train one from it" : ""));
    }

    IEnumerable<string> NamesOf(string name)
    {
        yield return name;
        string bare = name.StartsWith(architecture.Base, StringComparison.Ordinal) ? name[architecture.Base.Length..] : name; // a folder of the bare model
        yield return bare;
        if (!name.Contains("LayerNorm.")) yield break;
        foreach (string full in new[] { name, bare }) // BERT as it came from TensorFlow
            yield return full.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta");
    }
}
