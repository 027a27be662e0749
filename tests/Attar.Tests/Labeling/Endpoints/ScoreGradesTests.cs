using Attar.Labeling.Endpoints;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Labeling.Endpoints;

public class ScoreGradesTests
{
    static float[] Certain(int grade, int grades = 3) => [.. Enumerable.Range(0, grades).Select(k => k == grade ? 1f : 0f)];

    [Fact]
    public void Two_grades_are_logistic_regression()
    {
        // Half of the pairs at score -1 are positive and nine in ten at score 1: log-odds 0 and log 9.
        var scores = new ScoreGrades(
            [.. Enumerable.Repeat(-1.0, 1000), .. Enumerable.Repeat(1.0, 1000)],
            [.. Enumerable.Repeat<float[]>([.5f, .5f], 1000), .. Enumerable.Repeat<float[]>([.1f, .9f], 1000)]);
        Assert.Equal(.5, scores.Distribution(-1)[1], 1e-3);
        Assert.Equal(.9, scores.Distribution(1)[1], 1e-3);
        Assert.Equal(.75, scores.Distribution(0)[1], 1e-3); // log-odds log 3 half way
    }

    [Fact]
    public void Scores_that_separate_the_grades_give_them_back()
    {
        double[] scores = [.. Enumerable.Range(0, 90).Select(i => .1 + .4 * (i % 3))];
        var fit = new ScoreGrades(scores, [.. Enumerable.Range(0, 90).Select(i => Certain(i % 3))]);
        for (int grade = 0; grade < 3; grade++) Assert.True(fit.Distribution(.1 + .4 * grade)[grade] > .85);
    }

    [Fact]
    public void A_constant_score_gives_the_shares_of_the_grades() =>
        Assert.All(new ScoreGrades([.. Enumerable.Repeat(.3, 400)], [.. Enumerable.Range(0, 400).Select(i => Certain(i % 4 == 0 ? 2 : i % 4 == 1 ? 1 : 0))]).Distribution(.3).Zip([.5, .25, .25]),
            pair => Assert.Equal(pair.Second, pair.First, .01));

    [Fact]
    public void Distributions_are_distributions_and_higher_scores_promise_more_where_people_agree() =>
        Prop.ForAll(Gen.Choose(0, 100).ArrayOf(40).Zip(Gen.Choose(2, 5)).ToArbitrary(), given =>
        {
            (int[] drawn, int grades) = given;
            double[] scores = [.. drawn.Select((score, i) => score / 100.0 + i * .001)];
            var fit = new ScoreGrades(scores, [.. drawn.Select((score, i) => Certain(Math.Min(grades - 1, (score + 13 * i % 20) * grades / 120), grades))]);
            double last = double.NegativeInfinity;
            foreach (double score in (double[])[-5, 0, .2, .5, .9, 1, 5])
            {
                double[] distribution = fit.Distribution(score);
                double mean = distribution.Select((p, k) => p * k).Sum();
                if (distribution.Any(p => !(p >= 0)) || Math.Abs(distribution.Sum() - 1) > 1e-9) return false;
                if (drawn.Max() - drawn.Min() > 60 && mean < last - 1e-9) return false;
                last = mean;
            }
            return true;
        }).QuickCheckThrowOnFailure();
}
