namespace Attar.Evaluation;

/// <summary>What an evaluation found; <see cref="MetricsFile"/> writes it, the report shows it.</summary>
/// <param name="Against"><c>judgments</c> (raters' verdicts) or <c>truth</c> (a generated shop's true grades).</param>
/// <param name="Variant">Of NDCG, in words: gains, discount, ideal, ties.</param>
/// <param name="Orders">Of models measured in fewer bits beside themselves in float32; null: none.</param>
public sealed record EvaluationResult(
    string Split, string Against, string Variant, QueryCounts Queries,
    IReadOnlyList<SystemResult> Systems, IReadOnlyList<Comparison> Comparisons, IReadOnlyList<string> Warnings,
    int Threads, ulong Seed, int Resamples, IReadOnlyList<SameOrder>? Orders = null)
{
    /// <summary>Of the student; null when it was not evaluated.</summary>
    public double? LatencyMilliseconds => Systems.FirstOrDefault(system => system.Name == "student")?.LatencyMilliseconds;
}

/// <param name="Counted">Judged queries of the split that NDCG is the mean of.</param>
/// <param name="LeftOut">Judged queries of the split with a single product or without any gain.</param>
/// <param name="WithPairs">Judged queries with different ratings, which pair accuracy is the mean of.</param>
/// <param name="Pairs">Judged pairs of all queries, which the pooled metrics look at.</param>
public sealed record QueryCounts(int Counted, int LeftOut, int WithPairs, int Pairs)
{
    public static QueryCounts Of(IReadOnlyList<JudgedQuery> queries)
    {
        int counted = queries.Count(query => Ndcg.Counts(query.Gains));
        return new(counted, queries.Count - counted, queries.Count(query => query.Ratings.Distinct().Skip(1).Any()), queries.Sum(query => query.Products.Length));
    }
}

/// <param name="Metrics">By metric name, in the order of <see cref="Evaluation.Metrics.All"/>.</param>
/// <param name="LatencyMilliseconds">Median time in which it reranks 100 candidates; null where nothing was computed, as of a run that was read.</param>
public sealed record SystemResult(string Name, IReadOnlyDictionary<string, Estimate> Metrics, double? LatencyMilliseconds = null);

/// <summary>A figure with its 95 % interval; NaN where the metric is not defined.</summary>
public readonly record struct Estimate(double Value, double Low, double High);
