using Attar.Data;
using Attar.Teaching;

namespace Attar.Tests.Teaching;

public class WeakJudgmentsTests
{
    static readonly Dataset Shop = new(
        new GradeScale([0, .5, 1], 1.5),
        [new Product("p1", "red oak table"), new Product("p2", "oak chair"), new Product("p3", "red lamp"), new Product("p4", "garden hose")],
        [new Query("q1", "red oak table"), new Query("q2", "oak chair"), new Query("q3", "xyzzy"), new Query("q4", "garden hose")],
        [],
        new Dictionary<string, Split> { ["q1"] = Split.Train, ["q2"] = Split.Test, ["q3"] = Split.Train });

    [Fact]
    public void The_best_match_gets_the_highest_grade_and_no_match_next_to_none()
    {
        Dictionary<string, double> ratings = WeakJudgments.Of(Shop, 8, seed: 1).Where(judgment => judgment.QueryId == "q1").ToDictionary(judgment => judgment.ProductId, judgment => judgment.Rating);
        Assert.Equal(2, ratings["p1"], 1e-6);
        Assert.InRange(ratings["p2"], .1, 1.9);
        Assert.Equal(2 * .75 / 25, ratings["p4"], 1e-6); // of the query's 25 grams one, the e at a word's end
    }

    [Fact]
    public void Only_queries_of_train_and_of_the_log_are_used_and_only_where_a_word_is_known() =>
        Assert.Equal(["q1", "q4"], WeakJudgments.Of(Shop, 8, seed: 1).Select(judgment => judgment.QueryId).Distinct().Order());

    [Fact]
    public void The_same_seed_gives_the_same_judgments() =>
        Assert.Equal(WeakJudgments.Of(Shop, 5, seed: 2), WeakJudgments.Of(Shop, 5, seed: 2));
}
