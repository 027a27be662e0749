using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Teaching;

/// <summary>
/// Judgments that nobody gave (weak supervision; Dehghani et al. 2017), stretched over the grades: how much of the query the product's title spells, and BM25's score as a share of the query's best;
/// or how alike an encoder of sentences finds the two. They teach how words match and what they weigh; people's judgments then say where that is wrong.
/// </summary>
sealed class WeakJudgments(Dataset dataset, int perQuery, ulong seed)
{
    const float Bm25Share = .25f; // BM25 alone ranks worse than what a title spells alone
    const double Tail = .05; // of similarities, at either end of the scale
    const int Block = 64; // queries whose products are read together

    readonly Bm25Index index = FieldWeights.Index(dataset);

    /// <summary>Those of the train split and the log.</summary>
    public IReadOnlyList<Query> Queries { get; } = [.. QueriesOf(dataset)];

    public static IEnumerable<Query> QueriesOf(Dataset dataset) => dataset.Queries.Where(query => dataset.Splits.GetValueOrDefault(query.Id, Split.Train) == Split.Train);

    /// <summary>By the words.</summary>
    public IEnumerable<Judgment> ByWords()
    {
        foreach (var (query, products) in Candidates())
        {
            float[] scores = [.. products.Select(product => index.Score(query.Text, product))];
            float best = scores.DefaultIfEmpty().Max();
            if (best <= 0) continue; // no word of the query is known: nothing to learn
            var spelled = new SpelledShare(query.Text);
            for (int i = 0; i < products.Length; i++)
                yield return Weak(query, products[i], Bm25Share * scores[i] / best + (1 - Bm25Share) * spelled.Of(products[i].Title));
        }
    }

    /// <summary>By similarity, which compares across queries: the lowest and the highest are the ends of the scale.</summary>
    /// <param name="similarity">Of each query to each of its products.</param>
    /// <param name="progress">Queries done.</param>
    public IEnumerable<Judgment> BySimilarity(Func<(string Query, IReadOnlyList<Product> Products)[], float[][]> similarity, Action<int> progress)
    {
        var found = new List<(Query Query, Product Product, float Score)>();
        int done = 0;
        foreach (var block in Candidates().Chunk(Block))
        {
            float[][] scores = similarity([.. block.Select(asked => (asked.Query.Text, (IReadOnlyList<Product>)asked.Products))]);
            foreach (var ((query, products), own) in block.Zip(scores)) found.AddRange(products.Zip(own, (product, score) => (query, product, score)));
            progress(done += block.Length);
        }
        float[] sorted = [.. found.Select(pair => pair.Score).Order()];
        if (sorted.Length == 0) yield break;
        float low = sorted[(int)(Tail * (sorted.Length - 1))], high = sorted[(int)((1 - Tail) * (sorted.Length - 1))];
        foreach (var (query, product, score) in found) yield return Weak(query, product, high > low ? Math.Clamp((score - low) / (high - low), 0, 1) : .5f);
    }

    Judgment Weak(Query query, Product product, float share) => new(query.Id, product.Id, (dataset.Scale.Grades - 1) * share);

    IEnumerable<(Query Query, Product[] Products)> Candidates()
    {
        int part = perQuery / 5; // of fewer than five all are from the top
        var sampler = new CandidateSampler(index, PairSources.Mix(
            [(PairSources.Top, perQuery - 3 * part), (PairSources.Middle, part), (PairSources.Deep, part), (PairSources.Random, part)], new SourceNeeds(dataset.Products)));
        var random = new Random((int)(seed % int.MaxValue));
        foreach (Query query in Queries)
            yield return (query, [.. sampler.Pick(query.Text, random).Picked.Select(picked => dataset.Products[picked.Product])]);
    }
}
