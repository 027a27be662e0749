using System.Numerics.Tensors;
using Attar.Models.Files;
using Attar.Tensors.Autograd;
using Tensor = Attar.Tensors.Tensor;

namespace Attar.Models.Checkpoints;

/// <summary>
/// A teacher's output layer as a student's: score = Σ_k c_k z_k with c_k = (g_k - ḡ) / Σ_j (g_j - ḡ)², the logits z of its grades weighed by how far their gains g lie
/// from the mean. Of two grades with gains 0 and 1 that is z_1 - z_0, the log odds; of more, a line through them. A student that starts from a teacher so starts as it ranks.
/// </summary>
static class GradesAsScore
{
    /// <param name="folder">Of the model that it was read from.</param>
    /// <param name="student">With one logit and a fresh head, which stays fresh where the folder has no grades.</param>
    /// <returns>The student.</returns>
    public static PairModel Of(string folder, PairModel student)
    {
        if (AdapterFolder.Is(folder) || ModelStore.GainsOf(ModelSource.Describe(folder)) is not { Length: > 1 } gains) return student;
        using IWeightFile file = ModelSource.Weights(folder);
        string output = Architecture.Of(ModelSource.Describe(folder)).Output;
        double[] shares = Shares(gains);
        foreach (string name in new[] { output + "weight", output + "bias" })
        {
            if (!student.Parameters.Contains(name) || !file.Contains(name)) continue;
            Parameter one = student.Parameters[name];
            using Tensor graded = file.Matrix(name, new StoredTensor(name, one.Decays ? [gains.Length, one.Columns] : [gains.Length]), WeightMemory.Read);
            Join(one, graded.Span, shares);
        }
        return student;
    }

    internal static double[] Shares(double[] gains)
    {
        double mean = gains.Average(), squares = gains.Sum(gain => (gain - mean) * (gain - mean));
        return [.. gains.Select(gain => squares > 0 ? (gain - mean) / squares : 0)];
    }

    static void Join(Parameter one, ReadOnlySpan<float> graded, double[] shares)
    {
        Span<float> joined = one.Value.Span;
        joined.Clear();
        for (int grade = 0; grade < shares.Length; grade++) TensorPrimitives.MultiplyAdd(graded.Slice(grade * joined.Length, joined.Length), (float)shares[grade], joined, joined);
    }
}
