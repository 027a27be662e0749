using Attar.Data;
using Attar.Evaluation.Audit;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Evaluation.Promotion;

/// <summary>How two rankers' answers to the same candidates differ.</summary>
static class Drifts
{
    /// <summary>Queries, and how many candidates of each are scored.</summary>
    internal const int Queries = 200, Candidates = 100;

    const int Page = 10;

    static readonly double[] shares = [.05, .25, .5, .75, .95];

    /// <param name="queries">Texts, such as were asked of late.</param>
    /// <param name="search">Finds the candidates.</param>
    /// <param name="scores">Takes the new ranker's.</param>
    /// <returns>Null where no query finds two candidates.</returns>
    public static ScoreDrift? Of(IEnumerable<string> queries, ISearch search, int candidates, IReranker old, IReranker now, Action<int> progress, List<float>? scores = null)
    {
        List<(bool SameFirst, double Overlap, double Correlation)> changes = [];
        List<float> before = [], after = [];
        foreach ((int index, string query) in queries.Index())
        {
            progress(index);
            Product[] found = [.. search.Search(query, candidates).Select(hit => hit.Product)];
            if (found.Length < 2) continue;
            float[] a = old.Score(query, found), b = now.Score(query, found);
            string[] ids = [.. found.Select(product => product.Id)];
            int[] orderA = Ranking.Order(a, ids), orderB = Ranking.Order(b, ids);
            int page = Math.Min(Page, found.Length);
            changes.Add((orderA[0] == orderB[0], orderA.Take(page).Intersect(orderB.Take(page)).Count() / (double)page, Correlation.Of(Ranks(orderA), Ranks(orderB))));
            before.AddRange(a);
            after.AddRange(b);
            scores?.AddRange(b);
        }
        return changes.Count == 0 ? null : new ScoreDrift(changes.Count, changes.Count(change => change.SameFirst) / (double)changes.Count, changes.Average(change => change.Overlap), changes.Average(change => change.Correlation), Quantiles(before), Quantiles(after));
    }

    /// <summary>Some of the data's own queries, for want of such as were asked of late.</summary>
    public static string[] Drawn(Dataset data, ulong seed)
    {
        string[] texts = [.. data.Queries.Select(query => query.Text)];
        new Random((int)seed).Shuffle(texts);
        return [.. texts.Take(Queries)];
    }

    /// <summary>A ranker's scores of what search finds for them.</summary>
    public static IEnumerable<float> Scores(Dataset data, IReranker ranker, StageContext context)
    {
        ISearch search = new Bm25Index(data.Products);
        foreach ((int done, string query) in Drawn(data, context.Seed).Index())
        {
            context.Cancel.ThrowIfCancellationRequested();
            context.Progress.Report("scores of candidates", done, Queries);
            Product[] found = [.. search.Search(query, Candidates).Select(hit => hit.Product)];
            if (found.Length == 0) continue;
            foreach (float score in ranker.Score(query, found)) yield return score;
        }
    }

    static double[] Ranks(int[] order)
    {
        var ranks = new double[order.Length];
        for (int place = 0; place < order.Length; place++) ranks[order[place]] = place;
        return ranks;
    }

    static double[] Quantiles(List<float> scores)
    {
        scores.Sort();
        return [.. shares.Select(share => (double)scores[(int)Math.Round(share * (scores.Count - 1))])];
    }
}
