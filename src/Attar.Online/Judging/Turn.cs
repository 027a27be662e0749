using Attar.Online.Allocation;

namespace Attar.Online.Judging;

/// <summary>What a rater is shown next.</summary>
/// <param name="Again">Whether the rater answered it before and is not told.</param>
/// <param name="Done">Items that the rater answered.</param>
/// <param name="Open">Items that wait for this rater, this one included.</param>
public sealed record Turn(int Place, bool Again, int Done, int Open)
{
    /// <summary>Answers between an item and its repetition: enough to have forgotten the grade.</summary>
    public const int Gap = 20;

    /// <summary>The next item, or null where nothing waits for this rater. Queries come in an order of the rater's own, so that several work on different ones, each query's items together, and in no system's order.</summary>
    public static Turn? Next(JudgingTask task, IReadOnlyList<JudgingItem> items, IReadOnlyList<JudgingAnswer> answers, string rater)
    {
        ILookup<int, JudgingAnswer> byPlace = answers.Where(answer => !answer.Again).ToLookup(answer => answer.Place);
        JudgingAnswer[] own = [.. answers.Where(answer => answer.Rater == rater).OrderBy(answer => answer.At)];
        HashSet<int> mine = [.. own.Select(answer => answer.Place)], again = [.. own.Where(answer => answer.Again).Select(answer => answer.Place)];
        int[] open = [.. Enumerable.Range(0, items.Count).Where(place => items[place].Known is null && !mine.Contains(place) && IsWanted(task, byPlace[place]))];
        int[] repetitions = [.. own.Index().Where(one => one.Item is { Again: false, IsAnswered: true } && !again.Contains(one.Item.Place)
            && own.Length - one.Index > (open.Length > 0 ? Gap : 1) && IsRepeated(task, rater, one.Item.Place)).Select(one => one.Item.Place)];
        if (repetitions.Length > 0) return new Turn(repetitions[0], true, mine.Count, open.Length + repetitions.Length);
        if (open.Length == 0) return null;
        return new Turn(open.MinBy(place => (Order(items[place].QueryId), Order($"{place}"))), false, mine.Count, open.Length);

        double Order(string of) => Assignment.Place($"{task.Name}/order/{rater}", of);
    }

    /// <summary>Whether a rater is to see this item twice.</summary>
    public static bool IsRepeated(JudgingTask task, string rater, int place) => Assignment.Place($"{task.Name}/again/{rater}", $"{place}") < task.Repeated;

    /// <summary>Whether a rater sees the second system's list on the left.</summary>
    public static bool IsSwapped(JudgingTask task, string rater, int place) => Assignment.Place($"{task.Name}/side/{rater}", $"{place}") < .5;

    /// <summary>Whether the answers so far, of people and models, differ by more than a grade; of two grades, at all.</summary>
    public static bool IsDisputed(JudgingTask task, IEnumerable<JudgingAnswer> answers)
    {
        int[] given = [.. answers.Where(answer => answer.IsAnswered).Select(answer => answer.Answer)];
        return given.Length > 1 && given.Max() - given.Min() > (task.Answers > 2 ? 1 : 0);
    }

    /// <param name="answers">Of the item, repetitions left out.</param>
    static bool IsWanted(JudgingTask task, IEnumerable<JudgingAnswer> answers)
    {
        int people = answers.Count(answer => !answer.IsModels && answer.IsAnswered), silent = answers.Count(answer => !answer.IsModels && !answer.IsAnswered);
        int wanted = task.Raters + (IsDisputed(task, answers) ? 1 : 0);
        return people < wanted && silent <= wanted; // what so many cannot say, nobody can
    }
}
