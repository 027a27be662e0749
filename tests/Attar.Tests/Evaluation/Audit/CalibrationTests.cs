using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Audit;
using Attar.Models.Heads;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation.Audit;

public sealed class CalibrationTests
{
    [Fact]
    public void A_curve_through_two_bins_is_straight_between_them_and_rises_by_one_beyond()
    {
        double[] logits = [.. Enumerable.Repeat(-1.0, 25), .. Enumerable.Repeat(1.0, 25)];
        double[] gains = [.. Enumerable.Repeat(.5, 25), .. Enumerable.Repeat(.75, 25)];
        Isotonic curve = Isotonic.Fit(logits, gains);
        Assert.Equal(0, curve.Of(-1), 6);
        Assert.Equal(GradeHead.Logit(.75), curve.Of(1), 6);
        Assert.Equal(GradeHead.Logit(.75) / 2, curve.Of(0), 6);
        Assert.Equal(-2, curve.Of(-3), 6);
        Assert.Equal(GradeHead.Logit(.75) + 4, curve.Of(5), 6);
    }

    [Fact]
    public void Bins_that_would_fall_are_pooled()
    {
        double[] logits = [.. Enumerable.Repeat(-1.0, 25), .. Enumerable.Repeat(1.0, 25)];
        Isotonic curve = Isotonic.Fit(logits, [.. Enumerable.Repeat(.8, 25), .. Enumerable.Repeat(.2, 25)]);
        Assert.Equal(0, curve.Of(0), 6); // one pool: the mean promised, .5, is the mean judged
        Assert.Equal(1.5, curve.Of(1.5), 6);
    }

    [Fact]
    public void Few_pairs_only_shift() => Assert.Equal(1, Isotonic.Fit([0, 0, 0], [.5, .5, .5]).Of(1), 6);

    [Fact]
    public void Curves_never_fall_and_never_turn_into_anything_but_numbers()
    {
        var pairs = Gen.Choose(-100, 100).SelectMany(_ => Gen.Choose(0, 4), (logit, gain) => (Logit: logit / 10.0, Gain: gain / 4.0)).NonEmptyListOf().ToArbitrary();
        Prop.ForAll(pairs, list =>
        {
            Isotonic curve = Isotonic.Fit([.. list.SelectMany(pair => Enumerable.Repeat(pair.Logit, 10))], [.. list.SelectMany(pair => Enumerable.Repeat(pair.Gain, 10))]);
            double[] values = [.. Enumerable.Range(-150, 301).Select(i => curve.Of(i / 10.0))];
            return values.All(double.IsFinite) && values.Zip(values.Skip(1)).All(pair => pair.First <= pair.Second);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_teacher_that_is_twice_as_sure_as_it_should_be_has_temperature_two()
    {
        double[] logits = [-3, -1, 0, 1, 3];
        Assert.Equal(2, Temperature.Fit([.. logits.Select(logit => 2 * logit)], [.. logits.Select(JudgedScores.Gain)]), 3);
    }

    [Fact]
    public void Discoveries_are_adjusted_by_their_rank()
    {
        // .01·4/1 = .04; .02·4/2 = .04; .04·4/3 = .053; .6
        Assert.Equal([.04, .6, .04, .16 / 3], FalseDiscovery.Adjust([.01, .6, .02, .04]).Select(q => Math.Round(q, 12)).Zip([.04, .6, .04, .16 / 3], (q, expected) => Math.Abs(q - expected) < 1e-9 ? expected : q));
        double[] withNone = FalseDiscovery.Adjust([double.NaN, .03]);
        Assert.True(double.IsNaN(withNone[0]));
        Assert.Equal(.03, withNone[1], 12);
    }

    [Theory, InlineData(1.959964, .05), InlineData(-2.575829, .01), InlineData(0, 1), InlineData(3.890592, .0001)]
    public void The_normal_tail_is_that_of_the_tables(double z, double p) => Assert.Equal(p, FalseDiscovery.Normal(z, 1), 6);

    [Fact]
    public void Of_several_dimensions_each_is_corrected_once()
    {
        // the teacher adds 1 for the brand and 1 for the category; both cross, so that each is seen in the other
        var random = new Random(3);
        Product[] products = [.. Enumerable.Range(0, 400).Select(i => new Product($"p{i}", "thing", i % 2 == 0 ? "A" : "B", i / 2 % 2 == 0 ? "X" : "Y"))];
        double[] truth = [.. products.Select(_ => -2 + 4 * random.NextDouble())], gains = [.. truth.Select(JudgedScores.Gain)];
        double[] biased = [.. products.Select((product, i) => truth[i] + (product.Brand == "A" ? 1 : 0) + (product.Category == "X" ? 1 : 0))];
        var scores = new JudgedScores([new JudgedQuery(new Query("q", "thing"), products, gains, gains)], [biased]);
        var corrected = scores.With(Recalibration.Fit(scores, [new("brand", (_, product) => product.Brand), new("category", (_, product) => product.Category)]).Of);
        Assert.InRange(corrected.Flat.Zip(truth, (logit, right) => Math.Abs(logit - right)).Average(), 0, .15);
        Assert.InRange(scores.Flat.Zip(truth, (logit, right) => Math.Abs(logit - right)).Average(), .9, 1.1);
    }
}
