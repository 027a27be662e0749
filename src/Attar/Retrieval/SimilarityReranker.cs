using Attar.Data;
using Attar.Models.Sentences;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Retrieval;

/// <summary>Orders products by how alike an encoder of sentences, which nobody taught relevance here, finds them to the query: what published weights know before the first judgment. For one caller at a time.</summary>
public sealed class SimilarityReranker : IReranker, ITextScorer, IDisposable
{
    readonly CpuKernels kernels;
    readonly SentenceEncoder encoder;

    /// <param name="folder">See <see cref="SentenceEncoder.Is"/>.</param>
    public SimilarityReranker(string name, string folder, int threads)
    {
        (Name, kernels) = (name, new CpuKernels(threads));
        encoder = new SentenceEncoder(folder, kernels);
    }

    public string Name { get; }

    public float[] Score(string query, IReadOnlyList<Product> products) => Score([(query, products)])[0];

    /// <summary>Of many queries at once, which reads a product of several of them once: cosines, (queries, products of each).</summary>
    public float[][] Score((string Query, IReadOnlyList<Product> Products)[] asked)
    {
        Product[] distinct = [.. asked.SelectMany(one => one.Products).DistinctBy(product => product.Id)];
        Dictionary<string, float[]> rows = distinct.Zip(encoder.Embed([.. distinct.Select(ProductText.Headline)])).ToDictionary(pair => pair.First.Id, pair => pair.Second);
        return [.. asked.Zip(encoder.Queries([.. asked.Select(one => one.Query)]), (one, query) => FiniteScores.Of(Name, [.. one.Products.Select(product => SentenceEncoder.Cosine(query, rows[product.Id]))]))];
    }

    /// <summary>Cosines.</summary>
    public float[] Score(string query, IReadOnlyList<string> documents)
    {
        float[] asked = encoder.Queries([query])[0];
        return FiniteScores.Of(Name, [.. encoder.Embed(documents).Select(row => SentenceEncoder.Cosine(asked, row))]);
    }

    public void Dispose()
    {
        encoder.Dispose();
        kernels.Dispose();
    }
}
