using System.Globalization;
using System.Text.RegularExpressions;
using Attar.Models.Files;
using Attar.Tensors;

namespace Attar.Models.Checkpoints;

/// <summary>Finds a model's parameters in its file, under today's names or those of older folders.</summary>
/// <param name="narrow">Matrices of fewer bits than float32 stay as they are; they take less memory and cannot be trained.</param>
/// <param name="freshHead">The output layer is to be new, and the layer before it where the file has none.</param>
/// <param name="kept">Which of the file's layers each of the model's layers is; null: the same.</param>
/// <param name="addsMarks">Embeddings of overlap marks that the file does not have, or has for other marks, begin at zero.</param>
sealed partial class WeightReader(IWeightFile file, Architecture architecture, bool freshHead, WeightMemory memory, bool narrow, int[]? kept = null, bool addsMarks = false)
{
    /// <summary>What the names of overlap marks' embeddings end with.</summary>
    internal const string Marks = "overlap_embeddings.weight";

    /// <summary>Whether embeddings of overlap marks were read that begin at zero.</summary>
    public bool MarksBegin { get; private set; }

    /// <returns>Null for what begins anew.</returns>
    /// <exception cref="CheckpointException">when the file lacks the tensor, or has it in another type or shape.</exception>
    public Tensor? Read(StoredTensor wanted)
    {
        bool output = wanted.Name.StartsWith(architecture.Output, StringComparison.Ordinal);
        bool head = output || architecture.HeadLayer is { } layer && wanted.Name.StartsWith(layer, StringComparison.Ordinal);
        bool marks = wanted.Name.EndsWith(Marks, StringComparison.Ordinal);
        string? found = NamesOf(InFile(wanted.Name)).FirstOrDefault(file.Contains);
        if (marks && addsMarks && (found == null || !file.Shape(found).SequenceEqual(wanted.WholeShape)))
        {
            MarksBegin = true;
            return Tensor.Zeros(wanted.Shape[0], wanted.Shape[1]);
        }
        if (freshHead && (output || head && found == null)) return null;
        if (found != null) return file.Matrix(found, wanted, head || marks ? WeightMemory.Read : memory, narrow && !head && !marks); // they are small, and trained where the rest is not
        throw new CheckpointException($"{file.Location}: expected tensor {wanted.Name} of shape ({string.Join(", ", wanted.WholeShape)}), the file lacks it among its {file.Count}"
            + (!head ? "" : architecture.IsDecoder ? $": the model has no head for scores yet; train one from it (attar teach), or ask it (--pair-template '{LanguageAnswer.Question}')" : ": the model has no head for scores yet, train one from it"));
    }

    /// <summary>The name of the same tensor in the layer that the file has in its place.</summary>
    string InFile(string name) => kept == null ? name : LayerNumber().Replace(name, number => kept[int.Parse(number.Value, CultureInfo.InvariantCulture)].ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex(@"(?<=\blayers?\.)\d+(?=\.)")]
    private static partial Regex LayerNumber();

    IEnumerable<string> NamesOf(string name)
    {
        yield return name;
        bool inner = name.StartsWith(architecture.Base, StringComparison.Ordinal);
        string bare = inner ? name[architecture.Base.Length..] : name; // a folder of the bare model
        yield return bare;
        foreach (string outer in inner ? architecture.Within : []) yield return outer + bare;
        if (!name.Contains("LayerNorm.")) yield break;
        foreach (string full in new[] { name, bare }) // BERT as it came from TensorFlow
            yield return full.Replace("LayerNorm.weight", "LayerNorm.gamma").Replace("LayerNorm.bias", "LayerNorm.beta");
    }
}
