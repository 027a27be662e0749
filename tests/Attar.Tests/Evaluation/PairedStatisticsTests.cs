using System.Diagnostics;
using Attar.Evaluation;
using FsCheck;
using FsCheck.Fluent;
using Interval = Attar.Evaluation.Interval;

namespace Attar.Tests.Evaluation;

public sealed class PairedStatisticsTests
{
    [Fact]
    public void The_interval_of_a_mean_is_what_the_normal_distribution_says_for_many_queries()
    {
        // 0 and 1 in equal numbers: standard error .5/sqrt(1000), so .5 ± 1.96 · .01581
        double[] values = [.. Enumerable.Range(0, 1000).Select(i => i % 2.0)];
        Interval interval = Bootstrap.Mean(values, seed: 5);
        Assert.Equal(.5 - 1.96 * .01581, interval.Low, .0015);
        Assert.Equal(.5 + 1.96 * .01581, interval.High, .0015);
    }

    [Fact]
    public void Percentiles_are_linear_between_values_and_leave_out_what_is_not_defined()
    {
        double[] values = [.. Enumerable.Range(0, 41), double.NaN];
        Assert.Equal(new Interval(1, 39), Bootstrap.Percentiles(values)); // .025 and .975 of 0..40
        Assert.True(double.IsNaN(Bootstrap.Percentiles([double.NaN]).Low));
    }

    [Fact]
    public void The_interval_contains_the_mean_and_lies_within_the_values() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        double[] values = [.. list.Select(at => (double)at.Score)];
        Interval interval = Bootstrap.Mean(values, 500, 1);
        return interval.Low <= values.Average() + 1e-9 && values.Average() - 1e-9 <= interval.High && interval.Low >= values.Min() && interval.High <= values.Max();
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => Math.Sin(i))];
        Assert.Equal(Bootstrap.Mean(values, seed: 1), Bootstrap.Mean(values, seed: 1));
        Assert.NotEqual(Bootstrap.Mean(values, seed: 1), Bootstrap.Mean(values, seed: 2));
    }

    [Fact]
    public void Pairing_sees_a_small_difference_that_varies_little_although_queries_vary_much()
    {
        double[] b = [.. Enumerable.Range(0, 400).Select(i => i % 10 / 10.0)], a = [.. b.Select((value, i) => value + .01 + (i % 3 - 1) * .005)];
        Interval paired = Bootstrap.PairedDifference(a, b), alone = Bootstrap.Mean(a);
        Assert.True(paired.Low > .009 && paired.High < .011, $"{paired}");
        Assert.True(alone.High - alone.Low > .05, $"{alone}");
    }

    [Fact]
    public void Values_of_different_queries_cannot_be_paired() =>
        Assert.Throws<ArgumentException>(() => Bootstrap.PairedDifference([1, 2], [1]));

    [Fact]
    public void A_pooled_resample_weighs_all_pairs_of_a_query_alike()
    {
        List<int[]> seen = [];
        Bootstrap.Pooled(3, [0, 2, 0, 1], weights => { seen.Add([.. weights]); return 0; }, 50, 4);
        Assert.All(seen, weights => Assert.Equal(weights[0], weights[2]));
        Assert.All(seen, weights => Assert.Equal(3, weights[0] + weights[1] + weights[3]));
        Assert.Contains(seen, weights => weights[0] == 0);
    }

    [Fact]
    public void Random_signs_reach_the_observed_difference_as_often_as_counting_says()
    {
        // Five queries, all better by one: of 32 sign patterns two are as far from zero: p = 1/16
        Assert.Equal(2 / 32.0, PairedTest.Randomization([1, 1, 1, 1, 1], 20_000, 1), .006);
        // 3 - 1: |sum| >= 2 always holds for ±3 ±1
        Assert.Equal(1, PairedTest.Randomization([3, -1], 1000, 1));
        Assert.Equal(1, PairedTest.Randomization([0, 0, 0], 1000, 1));
    }

    [Fact]
    public void More_than_sixty_four_queries_draw_fresh_signs()
    {
        // 130 alike differences of which 75 are positive: z = 20/sqrt(130) = 1.754, p = .079 (with the sum's steps of two: .095)
        double[] differences = [.. Enumerable.Range(0, 130).Select(i => i < 75 ? 1.0 : -1.0)];
        Assert.Equal(.095, PairedTest.Randomization(differences, 20_000, 9), .01);
    }

    [Fact]
    public void P_from_resamples_is_twice_the_smaller_tail()
    {
        double[] differences = [.. Enumerable.Range(0, 99).Select(i => i < 4 ? -1.0 : 1.0)];
        Assert.Equal(2 * 5 / 100.0, PairedTest.FromResamples(differences), 1e-12);
        Assert.Equal(1, PairedTest.FromResamples([0, 0]));
        Assert.True(double.IsNaN(PairedTest.FromResamples([double.NaN])));
    }

    [Theory]
    [InlineData(.01, .02, true, Comparison.Better)]
    [InlineData(-.02, -.01, true, Comparison.Worse)]
    [InlineData(-.01, .02, true, Comparison.NotShown)]
    [InlineData(0, .02, true, Comparison.NotShown)]
    [InlineData(double.NaN, double.NaN, true, Comparison.NotShown)]
    [InlineData(-.02, -.01, false, Comparison.Better)]
    [InlineData(.01, .02, false, Comparison.Worse)]
    public void Only_an_interval_clear_of_zero_is_a_verdict(double low, double high, bool higherIsBetter, string verdict) =>
        Assert.Equal(verdict, Comparison.Judge(new Interval(low, high), higherIsBetter));

    [Fact]
    public void Comparing_the_other_way_round_turns_difference_interval_and_verdict()
    {
        double[] a = [.. Enumerable.Range(0, 100).Select(i => .5 + i % 7 * .02)], b = [.. a.Select((value, i) => value - .01 - i % 3 * .01)];
        Comparison there = Comparison.OfQueries("a", "b", "ndcg@5", a, b, 2000, 1), back = Comparison.OfQueries("b", "a", "ndcg@5", b, a, 2000, 1);
        Assert.Equal((Comparison.Better, Comparison.Worse), (there.Verdict, back.Verdict));
        Assert.Equal(there.Difference, -back.Difference, 1e-12);
        Assert.Equal(there.Low, -back.High, 1e-6);
        Assert.Equal(there.P, back.P);
    }

    [Fact]
    public void A_system_compared_with_itself_shows_nothing()
    {
        JudgedQuery[] queries = [.. Enumerable.Range(0, 30).Select(q => MadeUp.Query($"q{q}", 2, q % 3, 0, 1))];
        SystemScores a = Measured("a", queries), b = Measured("b", queries);
        Comparison[] comparisons = [.. a.Against(b, 500, 1)];
        Assert.Equal(Metrics.All.Select(metric => metric.Name), comparisons.Select(comparison => comparison.Metric));
        Assert.All(comparisons, comparison => Assert.Equal((0, Comparison.NotShown, 1), (comparison.Difference, comparison.Verdict, comparison.P)));
    }

    /// <summary>The mean of two seeds is the mean of their figures; resampled query by query it is tighter than either where they err differently.</summary>
    [Fact]
    public void Several_seeds_are_measured_as_one()
    {
        JudgedQuery[] queries = [.. Enumerable.Range(0, 60).Select(q => MadeUp.Query($"q{q}", 2, q % 3, 0, 1))];
        SystemScores a = Measured("a", queries, 3), b = Measured("b", queries, 4), mean = SystemScores.Mean("student", [a, b], 500, 1);
        Assert.All(Metrics.All.Where(metric => metric.Name != "ece"), metric =>
            Assert.Equal((a.Result.Metrics[metric.Name].Value + b.Result.Metrics[metric.Name].Value) / 2, mean.Result.Metrics[metric.Name].Value, 1e-12));
        Assert.True(Width(mean) < Width(a) && Width(mean) < Width(b));
        Comparison against = mean.Against(a, 500, 1).First(), back = mean.Against(b, 500, 1).First();
        Assert.Equal(against.Difference, -back.Difference, 1e-12);
        SystemScores same = SystemScores.Mean("same", [a, a, a], 500, 1);
        Assert.Equal(a.Result.Metrics["ndcg@5"].Low, same.Result.Metrics["ndcg@5"].Low, 1e-12);

        static double Width(SystemScores system) => system.Result.Metrics["pair_accuracy"].High - system.Result.Metrics["pair_accuracy"].Low;
    }

    static SystemScores Measured(string name, JudgedQuery[] queries, int seed = 3)
    {
        var random = new Random(seed);
        var system = new SystemScores(name, [.. queries.Select(query => query.Products.Select(_ => random.NextSingle()).ToArray())]);
        system.Measure(queries, MadeUp.Scale, 500, 200, 1);
        return system;
    }

    [Fact]
    public void Ten_thousand_resamples_of_2500_queries_and_a_thousand_of_15000_pairs_take_moments()
    {
        var random = new Random(2);
        JudgedQuery[] queries = [.. Enumerable.Range(0, 2500).Select(q => MadeUp.Query($"q{q}", 2, 1, 0, 1, .5, 2))];
        var system = new SystemScores("student", [.. queries.Select(_ => Enumerable.Range(0, 6).Select(_ => random.NextSingle()).ToArray())]);
        long start = Stopwatch.GetTimestamp();
        system.Measure(queries, MadeUp.Scale, 10_000, 1_000, 1);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        Assert.True(took < TimeSpan.FromSeconds(20), $"took {took}"); // about one second of work; the rest is for a busy machine
    }
}
