using System.Collections.Concurrent;
using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Audit;
using Attar.Evaluation.Promotion;
using Attar.Evaluation.Report;

namespace Attar.Server.Workbench;

/// <summary>The systems of an evaluation beside its first stage. Each pair is compared once.</summary>
sealed class SystemPairs(KeptEvaluation kept, IReadOnlyCollection<Product> products)
{
    const int Fewest = 10, Resamples = 1_000, Shown = 20, Depth = 5;
    const ulong Seed = 1;

    /// <summary>What queries are divided by, of what <see cref="Segmentation"/> can.</summary>
    static readonly string[] named = ["query-length", "rarity", "popularity", "category", "script"];

    readonly ConcurrentDictionary<string, SystemPair> known = new();
    readonly Lazy<Dimension[]> dimensions = new(() => [.. Segmentation.Of(Judged(kept, products)).Where(dimension => named.Contains(dimension.Name))]);

    public IReadOnlyList<SystemScores> Systems => kept.Systems;

    public SystemPair Of(SystemScores first, SystemScores ranker) => known.GetOrAdd($"{first.Name} {ranker.Name}", _ => Compare(first, ranker));

    SystemPair Compare(SystemScores first, SystemScores ranker)
    {
        double[] before = Ndcgs(first), after = Ndcgs(ranker);
        QueryPair[] pairs = [.. kept.Queries.Select((query, q) => new QueryPair(query, q, before[q], after[q])).Where(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Ranker))];
        QueryPair[] losing = [.. pairs.Where(pair => pair.Ranker < pair.First).OrderBy(pair => pair.Ranker - pair.First)];
        return new SystemPair(first, ranker, Segments.Of(kept.Queries, before, after, dimensions.Value, Fewest, Resamples, Seed), [.. losing.Take(Shown)], losing.Length, pairs.Length);
    }

    double[] Ndcgs(SystemScores system) => [.. kept.Queries.Select((query, q) => Ndcg.At(Depth, system.Scores[q], query.Gains, query.ProductIds))];

    /// <summary>The judgments that were measured on, as segments are made of them.</summary>
    static Dataset Judged(KeptEvaluation kept, IReadOnlyCollection<Product> products) =>
        new(kept.Scale, [.. products], [], [.. kept.Queries.SelectMany(query => query.Products.Select((product, p) => new Judgment(query.Query.Id, product.Id, query.Ratings[p])))], new Dictionary<string, Split>());
}
