using System.Numerics.Tensors;
using Attar.Data;

namespace Attar.Retrieval;

/// <summary>Several models as one: the mean of their scores, as teachers that label together.</summary>
sealed class MeanReranker(string name, IReadOnlyList<IReranker> members) : IReranker, IDisposable
{
    public string Name => name;

    public float[] Score(string query, IReadOnlyList<Product> products)
    {
        float[] mean = new float[products.Count];
        foreach (IReranker member in members) TensorPrimitives.Add(mean, member.Score(query, products), mean);
        TensorPrimitives.Divide(mean, members.Count, mean);
        return mean;
    }

    public void Dispose()
    {
        foreach (IReranker member in members) (member as IDisposable)?.Dispose();
    }
}
