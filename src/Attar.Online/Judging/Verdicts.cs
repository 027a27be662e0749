using Attar.Data;

namespace Attar.Online.Judging;

/// <summary>People's answers as judgments.</summary>
public static class Verdicts
{
    /// <summary>A judgment for each product that somebody graded, with how many chose each grade; what models and repetitions say does not count.</summary>
    public static IReadOnlyList<Judgment> Of(JudgingTask task, IReadOnlyList<JudgingItem> items, IReadOnlyList<JudgingAnswer> answers) =>
    [
        .. answers.Where(answer => answer is { Again: false, IsAnswered: true, IsModels: false }).GroupBy(answer => answer.Place).OrderBy(place => place.Key).Select(place =>
        {
            int[] votes = new int[task.Grades.Length];
            foreach (JudgingAnswer answer in place) votes[answer.Answer]++;
            return new Judgment(items[place.Key].QueryId, items[place.Key].Product, place.Average(answer => answer.Answer), votes);
        }),
    ];
}
