using Attar.Evaluation;
using Attar.Evaluation.CutOffs;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation.CutOffs;

public sealed class CutOffSearchTests
{
    /// <summary>A query each pair.</summary>
    static ScorePool Pool(params (float Score, bool Positive)[] pairs) =>
        new([.. pairs.Select(pair => pair.Score)], [.. pairs.Select(pair => pair.Positive)], new double[pairs.Length], [.. pairs.Index().Select(pair => pair.Index)], null);

    [Fact]
    public void The_lowest_score_that_is_precise_enough_is_found()
    {
        // precision from above: 0, 1/2, 2/3, 1/2, 2/5
        ScorePool pool = Pool((5, false), (4, true), (3, true), (2, false), (1, false));
        CutOffSearch.Found found = CutOffSearch.Of(pool, 5, .6, 100, 1)!;
        Assert.Equal(3, found.Shown);
        Assert.Equal(2.5f, found.Score); // between the last that stays and the first that does not
        Assert.Equal(2 / 3.0, found.Precision);
        Assert.Equal(1, found.Recall);
        Assert.Equal(.4, found.Emptied, 1e-12);
        Assert.Equal(0, found.HeldOut); // only without the first query is its score let through, and it is irrelevant
        Assert.Null(CutOffSearch.Of(pool, 5, .7, 100, 1));
        Assert.Equal((2 / 3.0, 3), CutOffSearch.Best(pool));
    }

    [Fact]
    public void Equal_scores_are_not_parted()
    {
        CutOffSearch.Found found = CutOffSearch.Of(Pool((2, true), (1, true), (1, false)), 3, .6, 100, 1)!;
        Assert.Equal((3, 1f), (found.Shown, found.Score));
        Assert.Equal(1, CutOffSearch.Of(Pool((2, true), (1, true), (1, false)), 3, .9, 100, 1)!.Shown);
    }

    [Fact]
    public void What_stays_is_precise_enough_and_no_lower_score_is() => Prop.ForAll(MadeUp.Ranked, list =>
    {
        ScorePool pool = Pool([.. list.OrderByDescending(at => at.Score).Select(at => (at.Score, at.Rating >= 2))]);
        CutOffSearch.Found? found = CutOffSearch.Of(pool, list.Length, .7, 100, 1);
        double Precision(float from) => list.Where(at => at.Score >= from).Select(at => at.Rating >= 2 ? 1.0 : 0).DefaultIfEmpty(0).Average();
        return list.All(at => found is not null && at.Score >= found.Score || Precision(at.Score) < .7)
            && (found is null || Precision(found.Score) >= .7 && Precision(found.Score) == found.Precision && found.Shown == list.Count(at => at.Score >= found.Score)
                && Math.Abs(found.Recall - RecallAtPrecision.OfSorted(.7, pool.Scores, pool.Positive, [.. list.Select(_ => 1)])) < 1e-12);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void On_noise_the_held_out_precision_tells_what_the_choice_made_up()
    {
        Random random = new(3);
        (float Score, bool Positive)[] noise = [.. Enumerable.Range(0, 400).Select(_ => ((float)random.NextDouble(), random.Next(2) == 0)).OrderByDescending(pair => pair.Item1)];
        CutOffSearch.Found found = CutOffSearch.Of(Pool(noise), 400, .6, 200, 1)!;
        Assert.True(found.Precision >= .6);
        Assert.True(found.HeldOut < .6, $"{found.HeldOut}"); // half of all pairs are relevant, whatever their score
    }
}
