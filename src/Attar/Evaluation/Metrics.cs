namespace Attar.Evaluation;

/// <summary>A metric with one value per query, NaN where the query says nothing; the system's figure is the mean of the others.</summary>
/// <param name="Name">In files; <see cref="Title"/> is for people.</param>
public sealed record QueryMetric(string Name, string Title, Func<JudgedQuery, float[], double> Of);

/// <summary>A metric over the pairs of all queries at once; the weights say how often each pair counts.</summary>
public sealed record PooledMetric(string Name, string Title, bool HigherIsBetter, Func<ScorePool, int[], double> Of);

/// <summary>Everything that is measured. A new metric is a pure function over spans and one line here.</summary>
public static class Metrics
{
    public static IReadOnlyList<QueryMetric> PerQuery { get; } =
    [
        new("ndcg@5", "NDCG@5", (query, scores) => Ndcg.At(5, scores, query.Gains, query.ProductIds)),
        new("ndcg@10", "NDCG@10", (query, scores) => Ndcg.At(10, scores, query.Gains, query.ProductIds)),
        new("pair_accuracy", "pair accuracy", (query, scores) => PairAccuracy.Of(scores, query.Ratings)),
    ];

    public static IReadOnlyList<PooledMetric> Pooled { get; } =
    [
        new("auc", "AUC", true, (pool, weights) => Auc.OfSorted(pool.Scores, pool.Positive, weights)),
        new("recall@p95", "recall@p95", true, (pool, weights) => RecallAtPrecision.OfSorted(.95, pool.Scores, pool.Positive, weights)),
        new("recall@p80", "recall@p80", true, (pool, weights) => RecallAtPrecision.OfSorted(.80, pool.Scores, pool.Positive, weights)),
        new("ece", "calibration error", false, (pool, weights) => pool.Promised is null ? double.NaN : CalibrationError.Of(pool.Promised, pool.Gains, weights)),
    ];

    /// <summary>Names of all metrics in the order of tables, with their titles.</summary>
    public static IReadOnlyList<(string Name, string Title)> All { get; } =
        [.. PerQuery.Select(metric => (metric.Name, metric.Title)), .. Pooled.Select(metric => (metric.Name, metric.Title))];

    public static string TitleOf(string name) => All.First(metric => metric.Name == name).Title;

    public static bool HigherIsBetter(string name) => Pooled.All(metric => metric.Name != name || metric.HigherIsBetter);
}
