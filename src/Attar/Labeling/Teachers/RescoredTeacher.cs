using Attar.Augmentation;

namespace Attar.Labeling.Teachers;

/// <summary>A teacher whose scores become others; its distributions stay.</summary>
sealed class RescoredTeacher(ITeacher teacher, Func<double, double> score) : ITeacher
{
    public int Grades => teacher.Grades;

    public string Template => teacher.Template;

    public IEnumerable<string> Notes => teacher.Notes;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        teacher.Judge(pairs, scores, distributions);
        for (int i = 0; i < pairs.Length; i++) scores[i] = score(scores[i]);
    }

    public void Dispose() => teacher.Dispose();
}
