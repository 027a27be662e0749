using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Retrieval;

/// <summary>A student or teacher from its folder, as a reranker of products and of plain texts. For one caller at a time.</summary>
public sealed class ModelReranker : IReranker, ITextScorer, IDisposable
{
    readonly PairModel model;
    readonly CpuKernels kernels;
    readonly PairScorer scorer;
    readonly PairText text;
    readonly PairCuts cuts;

    /// <param name="template">How pairs are written; null: as the model says.</param>
    /// <exception cref="CheckpointException">when the folder is not a model that can be read.</exception>
    public ModelReranker(string name, string folder, int threads, Precision precision = Precision.Float32, string? template = null)
    {
        Name = name;
        cuts = new PairCuts(name);
        model = ModelStore.LoadToRank(folder, template: template);
        kernels = new CpuKernels(threads);
        scorer = new PairScorer(model, kernels, frozen: true, precision, alone: true);
        text = ModelText.Of(model, ModelStore.LoadTokenizer(folder), template);
    }

    public string Name { get; }

    /// <inheritdoc cref="PairCuts.Note"/>
    public string? CutNote => cuts.Note;

    public float[] Score(string query, IReadOnlyList<Product> products) => Score(query, products.Select(ProductText.Fields));

    /// <summary>A document is read as a product's title.</summary>
    public float[] Score(string query, IReadOnlyList<string> documents) => Score(query, documents.Select(document => (IReadOnlyList<TextField>)[new TextField("", document)]));

    /// <summary>How unsure the model is of each product, from 0 to 1: the entropy of its distribution over the grades, or with one logit of its sigmoid, of what it can be at most.</summary>
    public double[] Uncertainty(string query, IReadOnlyList<Product> products)
    {
        float[] logits = new float[products.Count * model.Labels]; // (products, labels)
        scorer.Logits(Pairs(query, products.Select(ProductText.Fields)), logits);
        return [.. logits.Chunk(model.Labels).Select(own => Entropy(own is [var logit] ? [0, logit] : own))];
    }

    float[] Score(string query, IEnumerable<IReadOnlyList<TextField>> texts) => FiniteScores.Of(Name, scorer.Scores(Pairs(query, texts)));

    TokenPair[] Pairs(string query, IEnumerable<IReadOnlyList<TextField>> texts)
    {
        QueryTokens queryTokens = text.Query(query);
        return cuts.Count([.. texts.Select(fields => text.Encode(queryTokens, text.Prepare(fields)))]);
    }

    /// <summary>Of softmax(logits), divided by the logarithm of their number.</summary>
    static double Entropy(float[] logits)
    {
        double highest = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - highest));
        return logits.Sum(logit => Math.Exp(logit - highest) / sum * (Math.Log(sum) + highest - logit)) / Math.Log(logits.Length);
    }

    public void Dispose()
    {
        scorer.Dispose();
        kernels.Dispose();
        model.Dispose();
    }
}
