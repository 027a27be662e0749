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
        Dictionary<string, double> ratings = new WeakJudgments(Shop, 8, seed: 1).ByWords().Where(judgment => judgment.QueryId == "q1").ToDictionary(judgment => judgment.ProductId, judgment => judgment.Rating);
        Assert.Equal(2, ratings["p1"], 1e-6);
        Assert.InRange(ratings["p2"], .1, 1.9);
        Assert.Equal(2 * .75 / 25, ratings["p4"], 1e-6); // of the query's 25 grams one, the e at a word's end
    }

    [Fact]
    public void Only_queries_of_train_and_of_the_log_are_used_and_only_where_a_word_is_known() =>
        Assert.Equal(["q1", "q4"], new WeakJudgments(Shop, 8, seed: 1).ByWords().Select(judgment => judgment.QueryId).Distinct().Order());

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(16)]
    public void Any_number_of_candidates_can_be_asked_for(int perQuery) =>
        Assert.All(new WeakJudgments(Shop, perQuery, seed: 1).ByWords().GroupBy(judgment => judgment.QueryId), query => Assert.InRange(query.Count(), 1, Math.Min(perQuery, 4)));

    [Fact]
    public void The_same_seed_gives_the_same_judgments() =>
        Assert.Equal(new WeakJudgments(Shop, 5, seed: 2).ByWords(), new WeakJudgments(Shop, 5, seed: 2).ByWords());

    [Fact]
    public void Similarities_are_stretched_over_the_grades_across_queries()
    {
        Judgment[] judgments = [.. new WeakJudgments(Shop, 8, seed: 1).BySimilarity(Lengths, _ => { })];
        Assert.Equal(["q1", "q3", "q4"], judgments.Select(judgment => judgment.QueryId).Distinct().Order()); // what no word finds may be alike all the same
        Dictionary<string, double> expected = new() { ["p1"] = 2, ["p2"] = 2 / 3f, ["p3"] = 0, ["p4"] = 2 }; // titles of 13, 9, 8 and 11 letters; the highest of seven is beyond the end of the scale
        Assert.All(judgments, judgment => Assert.Equal(expected[judgment.ProductId], judgment.Rating, 1e-6));
        Assert.Empty(new WeakJudgments(Shop with { Queries = [] }, 8, seed: 1).BySimilarity(Lengths, _ => { }));
    }

    static float[][] Lengths((string Query, IReadOnlyList<Product> Products)[] asked) => [.. asked.Select(one => one.Products.Select(product => (float)product.Title.Length).ToArray())];
}
