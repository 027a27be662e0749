using Attar.Evaluation;

namespace Attar.Tests.Evaluation;

/// <summary>
/// Figures of numpy and scikit-learn for a small set of ratings 1 to 3 (here 0 to 2) with fractions and tied scores:
/// <code>
/// o = argsort(-score, kind='stable')[:k]; disc = 1/log2(arange(2, len(o)+2)); gain = (rating-1)/2
/// ndcg = (gain[o]*disc).sum() / (sort(gain)[::-1][:k]*disc).sum()       queries with two or more products and some gain
/// d = sign(rating[:,None]-rating[None,:]); e = sign(score[:,None]-score[None,:]); m = triu(d!=0, 1); pairs = (((d*e)[m]+1)/2).mean()
/// roc_auc_score(rating >= 2.5, score); p, r, _ = precision_recall_curve(rating >= 2.5, score); recall = r[p >= P].max()
/// </code>
/// </summary>
public sealed class MetricParityTests
{
    static readonly JudgedQuery[] Queries =
    [
        MadeUp.Query("q1", 2, 1, 0, 1.33),
        MadeUp.Query("q2", 2, 2, .67, 1, 0, 1.67),
        MadeUp.Query("q3", 1, 1),
        MadeUp.Query("q4", 0, 0),
        MadeUp.Query("q5", 2),
        MadeUp.Query("q6", 1.67, .33, 2, 0, 1, 1.33, .67),
    ];

    static readonly float[][] Scores =
    [
        [2.5f, 3.1f, .4f, 1.2f],
        [.2f, .9f, .9f, 1.5f, 1.5f, -.3f],
        [1f, .5f],
        [.7f, .1f],
        [2.2f],
        [1.9f, 2f, 1.7f, -1f, .3f, .2f, 0f],
    ];

    [Theory]
    [InlineData("ndcg@5", .8178411221481061, 4)]
    [InlineData("ndcg@10", .8571893829449421, 4)]
    [InlineData("pair_accuracy", .5396825396825397, 3)]
    public void Means_over_queries_agree_with_numpy(string name, double expected, int counted)
    {
        QueryMetric metric = Metrics.PerQuery.Single(metric => metric.Name == name);
        double[] values = [.. Queries.Select((query, q) => metric.Of(query, Scores[q])).Where(double.IsFinite)];
        Assert.Equal(counted, values.Length);
        Assert.Equal(expected, values.Average(), 1e-12);
    }

    [Fact]
    public void Pooled_figures_agree_with_scikit_learn()
    {
        var pool = ScorePool.Of(Queries, Scores, MadeUp.Scale, promises: true);
        int[] ones = [.. pool.Scores.Select(_ => 1)];
        Assert.Equal((22, 7), (ones.Length, pool.Positive.Count(positive => positive)));
        Assert.Equal(.638095238095238, Auc.OfSorted(pool.Scores, pool.Positive, ones), 1e-12);
        Assert.Equal(0, RecallAtPrecision.OfSorted(.8, pool.Scores, pool.Positive, ones));
        Assert.Equal(.5714285714285714, RecallAtPrecision.OfSorted(.6, pool.Scores, pool.Positive, ones), 1e-12);
    }

    [Fact]
    public void Measuring_all_metrics_gives_the_same_figures_with_intervals_around_them()
    {
        var system = new SystemScores("bm25", Scores);
        system.Measure(Queries, MadeUp.Scale, 2000, 500, 3);
        foreach (string name in new[] { "ndcg@5", "ndcg@10", "pair_accuracy", "auc" })
        {
            Estimate estimate = system.Result.Metrics[name];
            Assert.True(estimate.Low < estimate.Value && estimate.Value < estimate.High, $"{name}: {estimate}");
        }
        Assert.Equal(.638095238095238, system.Result.Metrics["auc"].Value, 1e-12);
        Assert.True(double.IsNaN(system.Result.Metrics["ece"].Value));
    }
}
