using Attar.Data;
using Attar.Online.Judging;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Online.Tests.Judging;

public sealed class TurnTests
{
    static JudgingTask Task(int raters = 1, double repeated = 0, int grades = 3) =>
        new("lamps", JudgingKind.Grade, JudgingTask.UsualGrades(grades), new GradeScale([.. Enumerable.Range(0, grades).Select(grade => grade / (grades - 1d))], 1), "", ["bm25"], 10, 10, raters, repeated);

    static JudgingItem[] Items(int count) => [.. Enumerable.Range(0, count).Select(i => new JudgingItem($"q{i / 5}", $"query {i / 5}", [[$"p{i}"]]))];

    /// <summary>A rater answers until nothing is left; the turns taken.</summary>
    static List<Turn> Work(JudgingTask task, JudgingItem[] items, List<JudgingAnswer> answers, string rater, Func<int, int> grade)
    {
        List<Turn> turns = [];
        while (Turn.Next(task, items, answers, rater) is { } turn)
        {
            Assert.True(turns.Count < 1000);
            turns.Add(turn);
            answers.Add(new JudgingAnswer(turn.Place, rater, turn.Again, grade(turn.Place), turns.Count));
        }
        return turns;
    }

    [Fact]
    public void Each_item_is_shown_once_and_the_items_of_a_query_together()
    {
        JudgingItem[] items = Items(20);
        List<Turn> turns = Work(Task(), items, [], "ann", _ => 1);
        Assert.Equal(Enumerable.Range(0, 20), turns.Select(turn => turn.Place).Order());
        string[] queries = [.. turns.Select(turn => items[turn.Place].QueryId)];
        Assert.Equal(4, 1 + queries.Zip(queries.Skip(1)).Count(pair => pair.First != pair.Second)); // never back to a query
        Assert.Equal(Enumerable.Range(0, 20).Select(done => (done, 20 - done)), turns.Select(turn => (turn.Done, turn.Open)));
    }

    [Fact]
    public void Two_raters_begin_elsewhere_and_share_the_work()
    {
        JudgingItem[] items = Items(50);
        List<JudgingAnswer> answers = [];
        Assert.NotEqual(Work(Task(), items, [], "ann", _ => 1).Select(turn => turn.Place), Work(Task(), items, [], "bob", _ => 1).Select(turn => turn.Place));
        answers.Add(new JudgingAnswer(7, "ann", false, 1, 1));
        Assert.DoesNotContain(7, Work(Task(), items, answers, "bob", _ => 1).Select(turn => turn.Place));
        Assert.Null(Turn.Next(Task(), items, answers, "ann"));
        Assert.Equal(50, Work(Task(raters: 2), items, answers, "cyd", _ => 1).Count);
    }

    [Fact]
    public void What_two_see_apart_by_more_than_a_grade_goes_to_one_more()
    {
        JudgingItem[] items = Items(3);
        List<JudgingAnswer> answers = [];
        Work(Task(raters: 2), items, answers, "ann", place => place);
        Work(Task(raters: 2), items, answers, "bob", place => place == 2 ? 0 : 1);
        Assert.Equal([2], Work(Task(raters: 2), items, answers, "cyd", _ => 2).Select(turn => turn.Place)); // grades 0 and 1 are no dispute
        Assert.Null(Turn.Next(Task(raters: 2), items, answers, "dan")); // nor is it asked for ever
    }

    [Fact]
    public void Where_a_model_says_otherwise_a_second_person_is_asked()
    {
        JudgingItem[] items = Items(2);
        List<JudgingAnswer> answers = [new(0, JudgingAnswer.RaterOf("teacher"), false, 2, 1), new(1, JudgingAnswer.RaterOf("teacher"), false, 1, 1)];
        Assert.Equal(2, Work(Task(), items, answers, "ann", _ => 0).Count); // a model's answer takes no person's place
        Assert.Equal([0], Work(Task(), items, answers, "bob", _ => 0).Select(turn => turn.Place));
    }

    [Fact]
    public void What_was_judged_before_is_not_asked_and_what_nobody_can_say_is_left()
    {
        JudgingItem[] items = [.. Items(2), new JudgingItem("q9", "lamp", [["p9"]], Known: 2)];
        List<JudgingAnswer> answers = [];
        Assert.Equal(2, Work(Task(), items, answers, "ann", _ => JudgingAnswer.CannotSay).Count);
        Assert.Equal(2, Work(Task(), items, answers, "bob", _ => JudgingAnswer.CannotSay).Count);
        Assert.Null(Turn.Next(Task(), items, answers, "cyd"));
    }

    [Fact]
    public void Some_items_come_again_later_and_once()
    {
        JudgingTask task = Task(repeated: .2);
        List<Turn> turns = Work(task, Items(200), [], "ann", _ => 1);
        Turn[] again = [.. turns.Where(turn => turn.Again)];
        Assert.Equal(Enumerable.Range(0, 200).Where(place => Turn.IsRepeated(task, "ann", place)), again.Select(turn => turn.Place).Order());
        Assert.InRange(again.Length, 20, 60);
        foreach (Turn turn in again.SkipLast(Turn.Gap)) Assert.True(turns.IndexOf(turn) - turns.FindIndex(first => first.Place == turn.Place) >= Turn.Gap);
        Assert.All(again, turn => Assert.True(turns.IndexOf(turn) - turns.FindIndex(first => first.Place == turn.Place) > 1)); // never at once, unless nothing else is left
    }

    [Fact]
    public void Whatever_raters_say_each_comes_to_an_end_and_every_item_has_its_people() => Prop.ForAll(
        Gen.Choose(1, 3).ToArbitrary(), Gen.Choose(1, 12).ToArbitrary(), Gen.Choose(-1, 2).ListOf(200).ToArbitrary(), (raters, count, said) =>
        {
            JudgingTask task = Task(raters, repeated: .3);
            JudgingItem[] items = Items(count);
            List<JudgingAnswer> answers = [];
            int next = 0;
            foreach (string rater in (string[])["ann", "bob", "cyd", "dan", "eve", "fay", "gus"]) Work(task, items, answers, rater, _ => said[next++ % said.Count]);
            return Enumerable.Range(0, count).All(place => answers.Count(answer => answer.Place == place && answer is { Again: false, IsAnswered: true }) is var people && people <= raters + 1
                && (people >= raters || answers.Count(answer => answer.Place == place && !answer.IsAnswered) > raters));
        }).QuickCheckThrowOnFailure();
}
