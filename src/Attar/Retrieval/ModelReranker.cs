using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Retrieval;

/// <summary>A student or teacher from its folder, as a reranker of products and of plain texts. For one caller at a time.</summary>
public sealed class ModelReranker : IReranker, ITextScorer, IDisposable
{
    readonly PairModel model;
    readonly CpuKernels kernels;
    readonly PairScorer scorer;
    readonly PairText text;

    /// <exception cref="CheckpointException">when the folder is not a model that can be read.</exception>
    public ModelReranker(string name, string folder, int threads, Precision precision = Precision.Float32)
    {
        Name = name;
        model = ModelStore.Load(folder);
        kernels = new CpuKernels(threads);
        scorer = new PairScorer(model, kernels, frozen: true, precision);
        text = ModelText.Of(model, Tokenizer.Load(folder));
    }

    public string Name { get; }

    public float[] Score(string query, IReadOnlyList<Product> products) => Score(query, products.Select(ProductText.Fields));

    /// <summary>A document is read as a product's title.</summary>
    public float[] Score(string query, IReadOnlyList<string> documents) => Score(query, documents.Select(document => (IReadOnlyList<TextField>)[new TextField("", document)]));

    float[] Score(string query, IEnumerable<IReadOnlyList<TextField>> texts)
    {
        int[] queryTokens = text.Query(query);
        return scorer.Scores([.. texts.Select(fields => text.Encode(queryTokens, text.Prepare(fields)))]);
    }

    public void Dispose()
    {
        scorer.Dispose();
        kernels.Dispose();
        model.Dispose();
    }
}
