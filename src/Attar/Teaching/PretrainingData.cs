using Attar.Data;
using Attar.Models;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;
using Attar.Training;

namespace Attar.Teaching;

/// <summary>
/// The catalogue's own text as a language task. A sequence is written as pairs are later: before each product stands a query, a real one
/// that raters found fitting, or some words of its title in their order. A decoder predicts the next token, an encoder the <see cref="MaskedWords"/>.
/// </summary>
sealed class PretrainingData : ITrainingData
{
    const double RealQueryShare = .5, WordShare = .5;
    const double PredictedShare = .4; // of next tokens: the output layer over the vocabulary costs as much as a small decoder's layers together
    readonly IReadOnlyList<Product> products;
    readonly CatalogueText text;
    readonly ILookup<string, string> fitting;
    readonly EpochPlan plan;
    readonly ulong seed;
    readonly MaskedWords? masked;

    /// <param name="masked">Null: the next token is the task.</param>
    public PretrainingData(Dataset dataset, CatalogueText text, MaskedWords? masked, int batchTokens, ulong seed)
    {
        (products, this.text, this.masked, this.seed) = (dataset.Products, text, masked, seed);
        Dictionary<string, string> queries = dataset.Queries.ToDictionary(query => query.Id, query => query.Text);
        fitting = dataset.Judgments
            .Where(judgment => judgment.Rating >= dataset.Scale.PositiveFrom && dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Train)
            .ToLookup(judgment => judgment.ProductId, judgment => queries[judgment.QueryId]);
        plan = new EpochPlan(products.Count, i => text.Length("", products[i].Id) + 4, batchTokens, seed);
    }

    public int BatchesOf(int epoch) => plan.BatchesOf(epoch);

    public void Begin(int epoch) => plan.Begin(epoch);

    public float Loss(Tape tape, PairModel model, int epoch, int step)
    {
        var random = new Random((int)(seed % 1_000_003) * 31 + epoch * 1_000_003 + step);
        var pairs = new List<TokenPair>();
        foreach (int item in plan.Batch(epoch, step)) pairs.Add(text.Pair(QueryFor(products[item], random), products[item].Id));
        PackedBatch batch = PackedBatch.Of(pairs);
        (int[] rows, int[] labels) = masked?.Hide(batch, random) ?? Next(batch, random);
        return SoftmaxCrossEntropy.Apply(tape, model.LanguageLogits(tape, batch, rows), labels);
    }

    string QueryFor(Product product, Random random)
    {
        string[] real = [.. fitting[product.Id]];
        if (real.Length > 0 && random.NextDouble() < RealQueryShare) return real[random.Next(real.Length)];
        return string.Join(' ', product.Title.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(_ => random.NextDouble() < WordShare).Take(5));
    }

    static (int[] Rows, int[] Labels) Next(PackedBatch batch, Random random)
    {
        int[] rows = [.. Enumerable.Range(0, batch.Tokens - 1).Where(row => batch.Positions.Span[row + 1] != 0 && random.NextDouble() < PredictedShare)];
        return (rows, [.. rows.Select(row => batch.Ids.Span[row + 1])]);
    }
}
