using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Teaching;

/// <summary>Judgments that nobody gave: BM25's score of a candidate as a share of the query's best, stretched over the grades (weak supervision; Dehghani et al. 2017). They teach what words weigh and how they match; people's judgments then say where that is wrong.</summary>
static class WeakJudgments
{
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
            for (int i = 0; i < candidates.Length; i++)
                yield return new Judgment(query.Id, dataset.Products[candidates[i]].Id, highest * scores[i] / best);
        }
    }
}
