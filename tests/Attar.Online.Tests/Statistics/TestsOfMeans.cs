using Attar.Evaluation;
using Attar.Online.Statistics;
using FsCheck;
using FsCheck.Fluent;
using Interval = Attar.Evaluation.Interval;

namespace Attar.Online.Tests.Statistics;

public sealed class TestsOfMeans
{
    [Fact]
    public void Moments_of_four_values_by_hand()
    {
        Moments moments = Moments.Of([1, 2, 3, 6]);
        Assert.Equal((4, 3), (moments.Count, moments.Mean));
        Assert.Equal(14 / 3.0, moments.Variance, 1e-12); // 4 + 1 + 0 + 9, by three
        Assert.Equal(0, Moments.Of([5]).Variance);
    }

    [Fact]
    public void A_difference_of_two_standard_errors_has_the_p_and_interval_of_the_normal_distribution()
    {
        Difference difference = Difference.Of(new Moments(100, 1, 99), new Moments(100, 1.2828427, 99)); // variances 1, so the error is sqrt(.02)
        Assert.Equal(2, difference.Z, .001);
        Assert.Equal(.0455, difference.P, .0002);
        Interval interval = difference.Within();
        Assert.Equal(.2828 - 1.96 * .14142, interval.Low, .001);
        Assert.Equal(.2828 + 1.96 * .14142, interval.High, .001);
    }

    /// <summary>At the planned size with alpha 5 %: spread = 2 log 20 + log(2 log 20 + 1) = 5.991 + 1.945 = 7.936; z = 3.</summary>
    [Fact]
    public void The_sequence_at_its_planned_size_by_hand()
    {
        var sequence = new ConfidenceSequence(Planned: 1000);
        Difference difference = new(.3, .01);
        Assert.Equal(Math.Sqrt(8.936) * Math.Exp(-9 * 7.936 / (2 * 8.936)), sequence.P(difference, 1000), .0005);
        double half = Math.Sqrt(.01 * 2 * 8.936 / 7.936 * (Math.Log(20) + Math.Log(8.936) / 2));
        Assert.Equal(.3 - half, sequence.Within(difference, 1000).Low, .0005);
    }

    [Fact]
    public void P_and_interval_of_a_sequence_agree_and_are_wider_than_those_of_one_look() => Prop.ForAll(
        Gen.Choose(-500, 500).Select(value => value / 1000.0).Zip(Gen.Choose(ConfidenceSequence.Least, 100_000)).ToArbitrary(), drawn =>
        {
            var sequence = new ConfidenceSequence(5000);
            Difference difference = new(drawn.Item1, 1.0 / drawn.Item2);
            Interval always = sequence.Within(difference, drawn.Item2), once = difference.Within();
            bool out0 = always.Low > 0 || always.High < 0;
            return out0 == sequence.P(difference, drawn.Item2) < .05 && always.Low < once.Low && always.High > once.High;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_is_ruled_out_before_the_normal_distribution_is_a_guide()
    {
        var sequence = new ConfidenceSequence(1000);
        Assert.Equal(1, sequence.P(new Difference(100, 1), ConfidenceSequence.Least - 1));
        Assert.Equal(double.NegativeInfinity, sequence.Within(new Difference(100, 1), ConfidenceSequence.Least - 1).Low);
    }

    /// <summary>Conversions at 10 % in both arms, looked at 50 times.</summary>
    [Fact]
    public void Looking_often_does_not_make_the_sequence_wrong()
    {
        const int Experiments = 600, Looks = 50, Clients = 100;
        var coins = new SplitMix64(3);
        var sequence = new ConfidenceSequence(Looks * Clients);
        int always = 0, naive = 0;
        for (int experiment = 0; experiment < Experiments; experiment++)
        {
            (long a, long b) = (0, 0);
            bool valid = false, once = false;
            for (int look = 1; look <= Looks; look++)
            {
                for (int client = 0; client < Clients; client++) (a, b) = (a + (coins.Below(10) == 0 ? 1 : 0), b + (coins.Below(10) == 0 ? 1 : 0));
                long count = (long)look * Clients;
                Difference difference = Difference.Of(OfRate(a, count), OfRate(b, count));
                valid = valid || sequence.P(difference, count) < .05;
                once = once || difference.P < .05;
            }
            if (valid) always++;
            if (once) naive++;
        }
        Assert.InRange(always, 1, Experiments * 5 / 100);
        Assert.InRange(naive, Experiments * 20 / 100, Experiments * 50 / 100);
    }

    static Moments OfRate(long hits, long count) => new(count, (double)hits / count, hits * (1 - (double)hits / count));

    [Fact]
    public void What_the_past_foretells_is_taken_away_and_the_difference_stays()
    {
        // values are twice the earlier ones, plus 1 in the treatment: nothing else varies
        (double, double)[] control = [(2, 1), (4, 2), (6, 3)], treatment = [(3, 1), (5, 2), (7, 3)];
        Cuped corrected = Cuped.Of(control, treatment);
        Assert.Equal(2, corrected.Slope, 1e-12);
        Assert.Equal(1, Difference.Of(corrected.Control, corrected.Treatment).Value, 1e-12);
        Assert.Equal(0, corrected.Control.Variance, 1e-12);
        Assert.Equal(0, corrected.Kept, 1e-12);
    }

    [Fact]
    public void A_past_that_foretells_nothing_changes_nothing()
    {
        Cuped corrected = Cuped.Of([(1, 5), (2, 5)], [(3, 5), (4, 5)]);
        Assert.Equal((0, 1.5, 3.5, 1), (corrected.Slope, corrected.Control.Mean, corrected.Treatment.Mean, corrected.Kept));
    }

    [Theory]
    [InlineData(.1, 1, 1570)] // 2 (1.960 + .8416)^2 / .1^2
    [InlineData(.5, 1, 63)]
    public void Clients_for_a_difference_are_those_of_the_textbook(double difference, double deviation, double clients)
    {
        Assert.Equal(clients, Power.Clients(difference, deviation), .5);
        Assert.Equal(.8, Power.OfClients(Power.Clients(difference, deviation), difference, deviation), .001);
    }

    [Fact]
    public void Decisions_for_a_preference_are_those_of_the_textbook() => Assert.Equal(194, Power.Decisions(.6), .5); // ((1.96 · .5 + .8416 · sqrt(.24)) / .1)^2 = 193.8

    [Fact]
    public void A_rate_needs_more_clients_the_smaller_its_rise() =>
        Assert.Equal(4, Power.ClientsOfRate(.05, .001) / Power.ClientsOfRate(.05, .002), .1);

    [Fact]
    public void A_client_s_many_queries_count_as_one_piece_of_evidence()
    {
        // two hundred clients of one decision each, or ten of twenty each that all go the same way: the same ratio, another certainty
        (double, double)[] many = [.. Enumerable.Range(0, 200).Select(i => (i % 10 < 6 ? 1.0 : 0, 1.0))], few = [.. Enumerable.Range(0, 10).Select(i => (i < 6 ? 20.0 : 0, 20.0))];
        Interval sure = ClusterBootstrap.Ratio(many), unsure = ClusterBootstrap.Ratio(few);
        Assert.True(sure.Low < .6 && .6 < sure.High && sure.High - sure.Low < .15, $"{sure}");
        Assert.True(unsure.High - unsure.Low > .4, $"{unsure}");
    }
}
