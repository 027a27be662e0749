using Attar.Evaluation;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation;

public sealed class PooledMetricTests
{
    [Fact]
    public void Auc_is_the_share_of_relevant_and_irrelevant_pairs_ordered_rightly()
    {
        // + - + -: of four comparisons the last + loses one: 3/4
        Assert.Equal(.75, Auc.OfSorted([4, 3, 2, 1], [true, false, true, false], [1, 1, 1, 1]));
        // the + and - at 3 are tied and count half: (1 + 1 + .5 + 1) / 4
        Assert.Equal(3.5 / 4, Auc.OfSorted([4, 3, 3, 1], [true, true, false, false], [1, 1, 1, 1]));
        Assert.Equal(.5, Auc.OfSorted([1, 1, 1], [true, false, false], [1, 1, 1]));
    }

    [Fact]
    public void Auc_needs_both_classes()
    {
        Assert.True(double.IsNaN(Auc.OfSorted([2, 1], [true, true], [1, 1])));
        Assert.True(double.IsNaN(Auc.OfSorted([2, 1], [true, false], [1, 0])));
    }

    [Fact]
    public void Auc_of_reversed_scores_is_the_complement() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        double there = AucOf(list), reversed = AucOf([.. list.Select(at => (-at.Score, at.Rating))]);
        return double.IsNaN(there) ? double.IsNaN(reversed) : Math.Abs(there + reversed - 1) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Auc_agrees_with_counting_every_comparison() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        var comparisons = from good in list where good.Rating >= 2 from bad in list where bad.Rating < 2 select (1 + good.Score.CompareTo(bad.Score)) / 2.0;
        return !comparisons.Any() || Math.Abs(comparisons.Average() - AucOf(list)) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_weight_counts_like_so_many_copies() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        (float[] scores, bool[] positive) = Sorted(list);
        int[] weights = [.. scores.Select((_, i) => i % 3)], ones = new int[weights.Sum()];
        Array.Fill(ones, 1);
        float[] copiedScores = [.. scores.SelectMany((score, i) => Enumerable.Repeat(score, weights[i]))];
        bool[] copiedPositive = [.. positive.SelectMany((is1, i) => Enumerable.Repeat(is1, weights[i]))];
        return Auc.OfSorted(scores, positive, weights).Equals(Auc.OfSorted(copiedScores, copiedPositive, ones))
            && RecallAtPrecision.OfSorted(.8, scores, positive, weights).Equals(RecallAtPrecision.OfSorted(.8, copiedScores, copiedPositive, ones));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Recall_is_read_at_the_lowest_threshold_that_is_precise_enough()
    {
        // + + - + -  precision after each: 1, 1, 2/3, 3/4, 3/5
        bool[] positive = [true, true, false, true, false];
        Assert.Equal(2 / 3.0, RecallAtPrecision.OfSorted(.95, [5, 4, 3, 2, 1], positive, [1, 1, 1, 1, 1]));
        Assert.Equal(1, RecallAtPrecision.OfSorted(.75, [5, 4, 3, 2, 1], positive, [1, 1, 1, 1, 1])); // precise again below a dip
    }

    [Fact]
    public void A_threshold_does_not_part_equal_scores()
    {
        // + and - share the highest score, so precision is 1/2 there, whichever comes first in the file
        Assert.Equal(0, RecallAtPrecision.OfSorted(.8, [2, 2, 1], [true, false, true], [1, 1, 1]));
        Assert.Equal(0, RecallAtPrecision.OfSorted(.8, [2, 2, 1], [false, true, true], [1, 1, 1]));
        Assert.Equal(1, RecallAtPrecision.OfSorted(.6, [2, 2, 1], [false, true, true], [1, 1, 1]));
    }

    [Fact]
    public void Precision_of_exactly_the_wanted_share_is_enough()
    {
        float[] scores = [.. Enumerable.Range(0, 20).Select(i => 20f - i)];
        bool[] positive = [.. scores.Select(score => score != 10)];
        int[] ones = [.. scores.Select(_ => 1)];
        Assert.Equal(1, RecallAtPrecision.OfSorted(.95, scores, positive, ones)); // 19 of 20
    }

    [Fact]
    public void Recall_of_nothing_relevant_is_not_defined() => Assert.True(double.IsNaN(RecallAtPrecision.OfSorted(.8, [2, 1], [false, false], [1, 1])));

    [Fact]
    public void Calibration_error_is_the_mean_distance_of_promise_and_gain_by_bin()
    {
        // bin .2-.3: two pairs promise .25 on average and have gain .5; bin .9-1: two promise .95 and have 1: (2·.25 + 2·.05) / 4
        Assert.Equal((2 * .25 + 2 * .05) / 4, CalibrationError.Of([.22, .28, .92, .98], [1, 0, 1, 1], [1, 1, 1, 1]), 1e-12);
        Assert.Equal(.25, CalibrationError.Of([.22, .28, .92], [1, 0, 1], [1, 1, 0]), 1e-12);
    }

    [Fact]
    public void Promises_that_are_kept_have_no_calibration_error()
    {
        Assert.Equal(0, CalibrationError.Of([0, .5, .5, 1], [0, 1, 0, 1], [1, 1, 1, 1]));
        Assert.True(double.IsNaN(CalibrationError.Of([], [], [])));
    }

    [Fact]
    public void Scores_beyond_zero_to_one_are_read_as_logits_of_the_gain()
    {
        var queries = new[] { MadeUp.Query("q1", 2, 0) };
        Assert.Equal([1 / (1 + Math.Exp(-2)), .5], ScorePool.Of(queries, [[2, 0]], MadeUp.Scale, promises: true).Promised!);
        Assert.Equal([.75, .25], ScorePool.Of(queries, [[.25f, .75f]], MadeUp.Scale, promises: true).Promised!);
        Assert.Null(ScorePool.Of(queries, [[2, 0]], MadeUp.Scale, promises: false).Promised);
    }

    static double AucOf((float Score, int Rating)[] list)
    {
        (float[] scores, bool[] positive) = Sorted(list);
        return Auc.OfSorted(scores, positive, [.. scores.Select(_ => 1)]);
    }

    static (float[] Scores, bool[] Positive) Sorted((float Score, int Rating)[] list)
    {
        var sorted = list.OrderByDescending(at => at.Score).ToArray();
        return ([.. sorted.Select(at => at.Score)], [.. sorted.Select(at => at.Rating >= 2)]);
    }
}
