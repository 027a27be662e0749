using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>Counts, while pairs are written, what <see cref="PairQuality"/> tells of them.</summary>
/// <param name="perQuery">Products that a query is to get.</param>
sealed class Tally(Dataset data, int perQuery)
{
    readonly Dictionary<string, long> bySource = PairSources.All.ToDictionary(source => source, _ => 0L), byQuerySource = QuerySources.All.ToDictionary(source => source, _ => 0L);
    readonly HashSet<(string QueryId, string ProductId)> judged = [.. data.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId))];
    readonly bool[] covered = new bool[data.Products.Count];
    long duplicates, nearDuplicates, alreadyJudged;
    int queries, queriesCovered, few;

    public void Add(Query query, Candidates candidates)
    {
        queries++;
        byQuerySource[query.Source!]++;
        duplicates += candidates.Duplicates;
        nearDuplicates += candidates.NearDuplicates;
        if (candidates.Found < perQuery) few++;
        foreach (var (product, source) in candidates.Picked)
        {
            bySource[source]++;
            covered[product] = true;
            if (judged.Contains((query.Id, data.Products[product].Id))) alreadyJudged++;
        }
        if (candidates.Picked.Any(candidate => candidate.Source != PairSources.Random)) queriesCovered++;
    }

    public PairQuality Quality(QueryPlan plan) => new(
        queries, queriesCovered, plan.Made, plan.Leaked, plan.NearlyLeaked, plan.NearDuplicates, covered.Length == 0 ? 0 : (double)covered.Count(c => c) / covered.Length,
        bySource.Values.Sum(), duplicates, nearDuplicates, alreadyJudged, bySource, byQuerySource, plan.WrittenDropped, few);
}
