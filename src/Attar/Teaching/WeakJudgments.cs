using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Teaching;

/// <summary>Judgments that nobody gave (weak supervision; Dehghani et al. 2017): how much of the query the product's title spells, and BM25's score as a share of the query's best, stretched over the grades. They teach how words match and what they weigh; people's judgments then say where that is wrong.</summary>
static class WeakJudgments
{
    const float Bm25Share = .25f; // BM25 alone ranks worse than what a title spells alone

    /// <summary>For every query of the train split and the log.</summary>
    public static IEnumerable<Judgment> Of(Dataset dataset, int perQuery, ulong seed)
    {
        var index = new Bm25Index(dataset.Products);
        int part = Math.Max(1, perQuery / 5);
        var sampler = new CandidateSampler(index, PairSources.Mix(
            [(PairSources.Top, perQuery - 3 * part), (PairSources.Middle, part), (PairSources.Deep, part), (PairSources.Random, part)], new SourceNeeds(dataset.Products)));
        var random = new Random((int)(seed % int.MaxValue));
        int highest = dataset.Scale.Grades - 1;
        foreach (Query query in dataset.Queries.Where(query => dataset.Splits.GetValueOrDefault(query.Id, Split.Train) == Split.Train))
        {
            int[] candidates = [.. sampler.Pick(query.Text, random).Picked.Select(picked => picked.Product)];
            float[] scores = [.. candidates.Select(product => index.Score(query.Text, dataset.Products[product]))];
            float best = scores.DefaultIfEmpty().Max();
            if (best <= 0) continue; // no word of the query is known: nothing to learn
            var spelled = new SpelledShare(query.Text);
            for (int i = 0; i < candidates.Length; i++)
            {
                Product product = dataset.Products[candidates[i]];
                yield return new Judgment(query.Id, product.Id, highest * (Bm25Share * scores[i] / best + (1 - Bm25Share) * spelled.Of(product.Title)));
            }
        }
    }
}
