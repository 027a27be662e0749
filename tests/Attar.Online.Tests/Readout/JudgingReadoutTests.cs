using Attar.Data;
using Attar.Evaluation;
using Attar.Online.Judging;
using Attar.Online.Readout;

namespace Attar.Online.Tests.Readout;

public sealed class JudgingReadoutTests
{
    static readonly GradeScale scale = new([0, .5, 1], 1);

    static readonly JudgingTask grading = new("lamps", JudgingKind.Grade, JudgingTask.UsualGrades(3), scale, "", ["bm25", "student"], 2, 4);

    static readonly JudgingTask comparing = grading with { Kind = JudgingKind.Compare };

    static JudgingAnswer[] Said(string rater, params int[] grades) => [.. grades.Select((grade, place) => new JudgingAnswer(place, rater, false, grade, place))];

    static JudgingItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => new JudgingItem($"q{i}", "lamp", [[$"p{i}"]]))];

    [Fact]
    public void Agreement_of_people_and_of_a_model_with_people()
    {
        JudgingAnswer[] answers = [.. Said("ann", 0, 1, 2, 2, 0), .. Said("bob", 0, 1, 2, 1, 1), .. Said("model:teacher", 2, 1, 0, 0, 2), new(0, "ann", true, 0, 9), new(3, "ann", true, 1, 9), new(4, "bob", false, JudgingAnswer.CannotSay, 9)];
        JudgingReport report = JudgingReadout.Of(grading, Items(6), answers[..^1]);
        Assert.Equal((6, 5, 4), (report.Asked, report.Answered, report.Disputed)); // the model's grades count for a dispute
        Assert.Equal(["ann", "bob", "model:teacher"], report.Raters.Select(rater => rater.Rater));
        double both = WeightedKappa.Quadratic(new long[,] { { 1, 1, 0 }, { 0, 1, 0 }, { 0, 1, 1 } });
        Assert.Equal((5, both), (report.Raters[0].Shared, report.Raters[0].Kappa));
        Assert.Equal((2, .5), (report.Raters[0].Again, report.Raters[0].Same));
        Assert.True(report.Raters[2] is { Model: true, Shared: 10, Kappa: < 0 });
        Assert.InRange(report.Raters[0].Kappa, report.Raters[0].Within.Low, report.Raters[0].Within.High);
        Assert.Equal(Attar.Online.Statistics.Krippendorff.Alpha([[0, 0], [1, 1], [2, 2], [2, 1], [0, 1]], 3, Attar.Online.Statistics.Level.Ordinal), report.Alpha);
    }

    [Fact]
    public void Judgments_are_people_s_first_answers_with_their_votes()
    {
        JudgingAnswer[] answers = [.. Said("ann", 2, 0), .. Said("bob", 1), .. Said("model:teacher", 0, 0, 0), new(0, "ann", true, 0, 9), new(1, "cyd", false, JudgingAnswer.CannotSay, 9)];
        IReadOnlyList<Judgment> judgments = Verdicts.Of(grading, Items(3), answers);
        Assert.Equal([("q0", "p0", 1.5), ("q1", "p1", 0)], judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, judgment.Rating)));
        Assert.Equal([[0, 1, 1], [1, 0, 0]], judgments.Select(judgment => judgment.Votes));
    }

    [Fact]
    public void What_lists_are_worth_is_estimated_from_the_queries_that_are_done()
    {
        JudgingItem[] items =
        [
            new("q1", "lamp", [["p1"]], new() { ["bm25"] = 1, ["student"] = 2 }), new("q1", "lamp", [["p2"]], new() { ["bm25"] = 3 }, Share: .5), new("q1", "lamp", [["p3"]], new() { ["student"] = 1 }, Known: 2),
            new("q2", "sofa", [["p4"]], new() { ["bm25"] = 1 }),
        ];
        JudgingReport report = JudgingReadout.Of(grading, items, Said("ann", 2, 1));
        Assert.Equal((3, 2), (report.Asked, report.Answered));
        SystemEstimate bm25 = report.Estimates[0], student = report.Estimates[1];
        Assert.Equal((1, 1 + .5 / .5 / 2), (bm25.Queries, bm25.Dcg)); // q2 is not done
        Assert.Equal(.5 / 1.5, bm25.Below, 1e-12);
        Assert.Equal(1 + 1 / Math.Log2(3), student.Dcg, 1e-12);
        Assert.Empty(JudgingReadout.Of(grading, items, []).Estimates);
    }

    [Fact]
    public void A_query_prefers_what_most_of_its_raters_prefer()
    {
        JudgingAnswer[] answers = [.. Said("ann", 2, 2, 0, 1, 2), .. Said("bob", 2, 0, 0, 2, 1)];
        ListPreference preference = JudgingReadout.Of(comparing, Items(6), answers).Preference!;
        Assert.Equal((1, 1, 3), (preference.First, preference.Alike, preference.Second));
        Assert.Equal((.75, Comparison.NotShown), (preference.Share, preference.Verdict));
        ListPreference clear = JudgingReadout.Of(comparing, Items(40), Said("ann", [.. Enumerable.Repeat(2, 40)])).Preference!;
        Assert.Equal(Comparison.Better, clear.Verdict);
        Assert.Equal(Math.Pow(.5, 39), clear.P, 1e-15);
    }

    [Fact]
    public void A_report_is_told_in_words_and_as_json()
    {
        StringWriter text = new() { NewLine = "\n" };
        JudgingReport report = JudgingReadout.Of(comparing, Items(2), Said("ann", 2, 1));
        JudgingText.Write(report, text);
        Assert.StartsWith("lamps: 2 of 2 queries compared\n", text.ToString());
        Assert.Contains("student preferred to bm25 on 1 queries, bm25 on 0, alike on 1", text.ToString());
        Assert.Equal(2, (int)JudgingText.ToJson(report)["asked"]!);
    }
}
