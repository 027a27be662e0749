using Attar.Augmentation;
using Attar.Labeling.Teachers;

namespace Attar.Labeling;

/// <summary>The lines of a label store that a teacher here makes of pairs. For one caller at a time.</summary>
/// <param name="count">Of all pairs that there are to label.</param>
sealed class TeacherLines(ITeacher teacher, LabelStamp stamp, TextPrints prints, long count)
{
    const int FewestDead = 100; // before their share is looked at
    const double MostDead = .1; // share of the pairs

    long asked, dead;

    /// <summary>Lines of a shard, one for each pair. A pair that cannot be labelled gets a line that says why, and costs no other its label.</summary>
    /// <exception cref="StageFailedException">More than a tenth of all pairs cannot be labelled: the teacher is at fault, not they.</exception>
    public IEnumerable<string> Of(CandidatePair[] pairs)
    {
        string[] lines = new string[pairs.Length];
        int[] known = [.. Enumerable.Range(0, pairs.Length).Where(i => prints.Knows(pairs[i]))];
        foreach (int i in Enumerable.Range(0, pairs.Length).Except(known)) lines[i] = LabelStore.DeadLine(pairs[i], "unknown query or product", stamp);
        Judge([.. known.Select(i => pairs[i])], (i, line) => lines[known[i]] = line);
        asked += pairs.Length;
        dead += lines.Count(LabelStore.IsDead);
        if (dead >= FewestDead && dead > MostDead * asked || dead == asked && asked == count)
            throw new StageFailedException($"label: {dead:n0} of {asked:n0} pairs could not be labelled, the last one because: {LabelStore.ReasonOf(lines.Last(LabelStore.IsDead))}; train the teacher again, or name another");
        return lines;
    }

    void Judge(CandidatePair[] pairs, Action<int, string> add)
    {
        if (pairs.Length == 0) return;
        double[] scores = new double[pairs.Length], distributions = new double[pairs.Length * teacher.Grades];
        try
        {
            teacher.Judge(pairs, scores, distributions);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or OutOfMemoryException or InputException or StageFailedException))
        {
            if (pairs.Length == 1) add(0, LabelStore.DeadLine(pairs[0], fault.Message, stamp));
            else
                for (int i = 0; i < pairs.Length; i++)
                {
                    int place = i; // one at a time: who is at fault is alone then
                    Judge([pairs[i]], (_, line) => add(place, line));
                }
            return;
        }
        for (int i = 0; i < pairs.Length; i++)
        {
            Span<double> distribution = distributions.AsSpan(i * teacher.Grades, teacher.Grades);
            add(i, LabelStore.Fault(scores[i], distribution) is { } fault ? LabelStore.DeadLine(pairs[i], fault, stamp) : LabelStore.Line(pairs[i], scores[i], distribution, prints.Of(pairs[i]), teacher.Asked(i)));
        }
    }
}
