using Attar.Evaluation;
using Attar.Online.Statistics;
using FsCheck;
using FsCheck.Fluent;
using MathNet.Numerics.Distributions;
using Interval = Attar.Evaluation.Interval;

namespace Attar.Online.Tests.Statistics;

public sealed class TestsOfCounts
{
    [Theory]
    [InlineData(8, 2, 112 / 1024.0)] // 2 (1 + 10 + 45) / 2^10
    [InlineData(10, 0, 2 / 1024.0)]
    [InlineData(5, 5, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 0, 1)]
    public void Sign_test_counts_the_ways_a_coin_can_fall(long wins, long losses, double p)
    {
        Assert.Equal(p, SignTest.P(wins, losses), 1e-12);
        Assert.Equal(p, SignTest.P(losses, wins), 1e-12);
    }

    [Fact]
    public void Sign_test_of_many_is_what_the_normal_distribution_says() =>
        Assert.Equal(new Difference(.01, .25 / 10_000).P, SignTest.P(5100, 4900), .003); // z = 2

    /// <summary>What it calls a difference of a fair coin's n throws: never more than a share alpha of all ways to fall, and less the fewer there are, as p goes by steps.</summary>
    [Theory]
    [InlineData(5, 0)] // five of one kind: p 1/16
    [InlineData(10, 22 / 1024.0)] // nine or ten of one kind
    [InlineData(100, .0352)] // 61 and more, of 100
    [InlineData(1400, .0450)]
    public void A_fair_coin_is_called_unfair_as_often_as_is_counted(int thrown, double share)
    {
        double claimed = Enumerable.Range(0, thrown + 1).Where(wins => SignTest.P(wins, thrown - wins) < .05).Sum(wins => Binomial.PMF(.5, thrown, wins));
        Assert.Equal(share, claimed, .0001);
    }

    [Fact]
    public void A_fair_coin_is_never_called_unfair_too_often() => Prop.ForAll(Gen.Choose(1, 2000).Zip(Gen.Choose(1, 500)).ToArbitrary(), drawn =>
    {
        (int thrown, double alpha) = (drawn.Item1, drawn.Item2 / 1000.0);
        double claimed = Enumerable.Range(0, thrown + 1).Where(wins => SignTest.P(wins, thrown - wins) <= alpha).Sum(wins => Binomial.PMF(.5, thrown, wins));
        double step = 2 * Binomial.PMF(.5, thrown, thrown / 2); // what one more way to fall could add
        return claimed <= alpha * (1 + 1e-9) && claimed >= alpha - step;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(new long[] { 60, 40 }, .0455)] // chi-squared 4 with one degree of freedom
    [InlineData(new long[] { 50, 50 }, 1)]
    [InlineData(new long[] { 30, 40, 50 }, .0821)] // chi-squared 5 with two: exp(-2.5)
    public void Ratio_mismatch_is_the_chi_squared_test(long[] counts, double p) =>
        Assert.Equal(p, RatioMismatch.P(counts, [.. counts.Select(_ => 1.0)]), .0001);

    [Fact]
    public void Ratio_mismatch_heeds_the_weights()
    {
        Assert.Equal(1, RatioMismatch.P([900, 100], [9, 1]), 1e-9);
        Assert.True(RatioMismatch.P([950, 50], [9, 1]) < RatioMismatch.Alarm);
    }

    /// <summary>With the prior Beta(50, 50): one win of one has under it the likelihood 1/2, as under the coin; two of two have 1/2 · 51/101.</summary>
    [Fact]
    public void The_mixture_ratio_of_few_counts_is_computed_by_hand()
    {
        Assert.Equal(1, CountMixture.P(1, 0), 1e-9);
        Assert.Equal(.25 / (.5 * 51 / 101), CountMixture.P(2, 0), 1e-9);
    }

    [Fact]
    public void An_interval_holds_just_the_shares_whose_test_does_not_reject()
    {
        Interval share = CountMixture.Share(560, 440);
        Assert.True(share.Low < .56 && .56 < share.High);
        Assert.Equal(CountMixture.P(560, 440) < .05, share.Low > .5);
        Assert.True(CountMixture.Share(600, 400).Low > .5 && CountMixture.P(600, 400) < .05);
        Assert.True(CountMixture.Share(530, 470).Low < .5 && CountMixture.P(530, 470) > .05);
        Assert.Equal(new Interval(0, 1), CountMixture.Share(0, 0));
    }

    [Fact]
    public void Wins_and_losses_change_places_with_both_ends() => Prop.ForAll(Gen.Choose(0, 3000).Two().ToArbitrary(), counts =>
    {
        (Interval one, Interval other) = (CountMixture.Share(counts.Item1, counts.Item2), CountMixture.Share(counts.Item2, counts.Item1));
        double p = CountMixture.P(counts.Item1, counts.Item2);
        return Math.Abs(one.Low - (1 - other.High)) < 1e-6 && Math.Abs(p - CountMixture.P(counts.Item2, counts.Item1)) < 1e-9 && p is >= 0 and <= 1 && p >= SignTest.P(counts.Item1, counts.Item2) * .999;
    }).QuickCheckThrowOnFailure();

    /// <summary>A fair coin, a thousand throws, looked at after each: the always-valid test is wrong in at most 5 % of the sequences, the sign test at twenty looks in far more.</summary>
    [Fact]
    public void Looking_after_every_throw_does_not_make_the_always_valid_test_wrong()
    {
        const int Sequences = 500, Throws = 1000;
        var coins = new SplitMix64(7);
        int always = 0, naive = 0;
        for (int sequence = 0; sequence < Sequences; sequence++)
        {
            long wins = 0;
            bool valid = false, signed = false;
            for (int thrown = 1; thrown <= Throws; thrown++)
            {
                wins += coins.Below(2);
                valid = valid || CountMixture.P(wins, thrown - wins) < .05;
                if (thrown % 50 == 0) signed = signed || SignTest.P(wins, thrown - wins) < .05;
            }
            if (valid) always++;
            if (signed) naive++;
        }
        Assert.InRange(always, 1, 25); // some in a hundred, as not all of the 5 % is spent within a thousand throws
        Assert.InRange(naive, 60, 225);
    }

    [Fact]
    public void Wilson_s_interval_of_none_among_ten_is_known() // z^2 / (n + z^2)
    {
        Interval none = new Proportion(0, 10).Within();
        Assert.Equal(0, none.Low, 1e-12);
        Assert.Equal(3.8415 / 13.8415, none.High, .0001);
        Assert.Equal(new Interval(0, 1), new Proportion(0, 0).Within());
    }
}
