using Attar.Online.Signals;
using Attar.Online.Statistics;
using Attar.Signals;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Online.Tests.Signals;

public sealed class SignalLearningTests
{
    /// <summary>Shoppers who look less far down, and choose by score and popularity; the lists are ordered by popularity, as a shop's were so far.</summary>
    static List<ShownProduct> Shoppers(int searches, double score, double popularity, int seed, bool byPopularity = true)
    {
        Random random = new(seed);
        List<ShownProduct> shown = [];
        for (int search = 0; search < searches; search++)
        {
            var list = Enumerable.Range(0, 10).Select(_ => (Score: (float)(2 * random.NextDouble() - 1), Popularity: Math.Floor(Math.Exp(4 * random.NextDouble())) - 1));
            foreach ((int place, (float own, double popular)) in list.OrderByDescending(one => (byPopularity ? Math.Log(1 + one.Popularity) : 0) + 2 * random.NextDouble()).Index())
            {
                double logit = -1.5 - .8 * Math.Log(place + 1) + score * own + popularity * (Math.Log(1 + popular) - 2);
                shown.Add(new ShownProduct($"client {search / 2}", place + 1, own, [random.Next(20) == 0 ? double.NaN : popular, random.Next(2)], random.NextDouble() < 1 / (1 + Math.Exp(-logit))));
            }
        }
        return shown;
    }

    [Fact]
    public void A_regression_of_one_yes_and_no_is_the_logarithm_of_its_odds()
    {
        // of those with the feature 600 of 800 came, of the others 200 of 800: log odds log 3 and -log 3
        double[][] rows = [.. Enumerable.Range(0, 1600).Select(i => (double[])[1, i < 800 ? 1 : 0])];
        bool[] came = [.. Enumerable.Range(0, 1600).Select(i => i < 800 ? i < 600 : i < 1000)];
        var fit = LogisticRegression.Fit(rows, came, [.. Enumerable.Range(0, 1600)]);
        Assert.Equal(-Math.Log(3), fit.Weights[0], .01); // the ridge pulls a little towards zero
        Assert.Equal(2 * Math.Log(3), fit.Weights[1], .01);
        Assert.Equal(Math.Sqrt(2 / (800 * .75 * .25)), fit.ErrorOf(1), .005);
        Assert.Equal(-(.75 * Math.Log(.75) + .25 * Math.Log(.25)), fit.LogLoss(rows, came), .001);
    }

    [Fact]
    public void What_decides_every_outcome_has_a_finite_weight()
    {
        double[][] rows = [.. Enumerable.Range(0, 100).Select(i => (double[])[1, i % 2, 0])];
        var fit = LogisticRegression.Fit(rows, [.. rows.Select(row => row[1] == 1)], [.. Enumerable.Range(0, 100)]);
        Assert.True(fit.Weights[1] is > 3 and < 100, $"{fit.Weights[1]}");
        Assert.Equal(0, fit.Weights[2]); // it never varies
    }

    [Fact]
    public void What_a_column_is_worth_is_found_beneath_the_places()
    {
        LearntSignals learnt = SignalLearning.Of(Shoppers(4000, score: 1, popularity: .4, seed: 1), ["popularity", "sale"]);
        SignalWeight popularity = learnt.Weights[0], sale = learnt.Weights[1];
        Assert.True(popularity.Low < .4 && .4 < popularity.High && popularity.IsShown && popularity.High - popularity.Low < .3, $"{popularity}");
        Assert.True(sale is { Plain: true, Low: < 0, High: > 0 }, $"{sale}");
        Assert.True(learnt.LogLoss < learnt.LogLossWithout);
        Assert.Matches(@"^score \+ 0\.\d+ \* \(log1p\(max\(popularity \?\? [\d.]+, 0\)\) - [\d.]+\)$", learnt.Formula);
        Formula formula = Formula.Parse(learnt.Formula!, "--signals");
        Assert.Equal(1 + popularity.Weight * (Math.Log(21) - popularity.Centre), formula.Of(1, [20]), .01);
        Assert.Equal(1, formula.Of(1, [double.NaN]), .01); // of what is not known nothing is said
    }

    [Fact]
    public void Without_the_places_a_column_would_be_paid_for_where_it_stood()
    {
        List<ShownProduct> shown = Shoppers(4000, score: 1, popularity: 0, seed: 2), first = [.. shown.Select(one => one with { Place = 1 })];
        Assert.False(SignalLearning.Of(shown, ["popularity", "sale"]).Weights[0].IsShown);
        Assert.Null(SignalLearning.Of(shown, ["popularity", "sale"]).Formula);
        Assert.True(SignalLearning.Of(first, ["popularity", "sale"]).Weights[0].Low > 0);
    }

    [Fact]
    public void A_column_that_is_worth_nothing_is_seldom_found_to_be()
    {
        int found = Enumerable.Range(0, 60).Count(seed => SignalLearning.Of(Shoppers(300, score: 1, popularity: 0, seed: 100 + seed, byPopularity: false), ["popularity", "sale"]).Weights[1].IsShown);
        Assert.InRange(found, 0, 8); // of 60 at 5 %: 3; more than 8 in one of 200
    }

    [Fact]
    public void Few_choices_and_shoppers_who_do_not_follow_the_score_teach_nothing()
    {
        Assert.Contains("were chosen; expected 100 or more", Assert.Throws<StageFailedException>(() => SignalLearning.Of(Shoppers(20, 1, 0, 1), ["popularity", "sale"])).Message);
        Assert.StartsWith("what shoppers choose does not follow the model's score", Assert.Throws<StageFailedException>(() => SignalLearning.Of(Shoppers(1000, score: -1, 0, 1), ["popularity", "sale"])).Message);
    }

    [Fact]
    public void Any_column_name_makes_a_formula_that_is_read_back() => Prop.ForAll(Gen.Elements("price", "list price", "größe", "score", "a-b", "7").ToArbitrary(), name =>
        Formula.Parse("score + " + Formula.NameOf(name), "--signals").Columns.SequenceEqual([name])).QuickCheckThrowOnFailure();
}
