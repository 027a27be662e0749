using System.Numerics.Tensors;
using Attar.Data;

namespace Attar.Retrieval;

/// <summary>Several models as one: the mean of their scores, as teachers that label together.</summary>
sealed class MeanReranker(string name, IReadOnlyList<IReranker> members) : IReranker, IDisposable
{
    public string Name => name;

    public float[] Score(string query, IReadOnlyList<Product> products) => Mean([.. members.Select(member => member.Score(query, products))]);

    /// <param name="scores">(members, products)</param>
    public static float[] Mean(IReadOnlyList<float[]> scores)
    {
        float[] mean = new float[scores[0].Length];
        foreach (float[] own in scores) TensorPrimitives.Add(mean, own, mean);
        TensorPrimitives.Divide(mean, scores.Count, mean);
        return mean;
    }

    public void Dispose()
    {
        foreach (IReranker member in members) (member as IDisposable)?.Dispose();
    }
}
