namespace Attar.Augmentation;

/// <summary>Counts, while pairs are written, what <see cref="PairQuality"/> tells of them.</summary>
sealed class Tally(int products)
{
    readonly Dictionary<string, long> bySource = CandidateSampler.Sources.ToDictionary(source => source, _ => 0L);
    readonly bool[] covered = new bool[products];
    long duplicates;
    int queriesCovered;

    public long AlreadyJudged { get; set; }

    public void Add(Candidates candidates)
    {
        duplicates += candidates.Duplicates;
        foreach (var (product, source) in candidates.Picked)
        {
            bySource[source]++;
            covered[product] = true;
        }
        if (candidates.Picked.Any(candidate => candidate.Source == CandidateSampler.Top)) queriesCovered++;
    }

    public PairQuality Quality(int queries, int made, int leaked) => new(
        queries, queriesCovered, made, leaked, covered.Length == 0 ? 0 : (double)covered.Count(c => c) / covered.Length,
        bySource.Values.Sum(), duplicates, AlreadyJudged, bySource);
}
