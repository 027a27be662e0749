using Attar.Augmentation;
using Attar.Labeling.Teachers;

namespace Attar.Labeling.Cascading;

/// <summary>A teacher whose pairs and time are counted.</summary>
sealed class TimedTeacher(string name, ITeacher teacher, TimeProvider clock) : ITeacher
{
    long pairs;
    TimeSpan took;

    public string Name => name;

    public TeacherPace Pace => new(name, pairs, Math.Round(took.TotalSeconds, 3));

    public int Grades => teacher.Grades;

    public string Template => teacher.Template;

    public IEnumerable<string> Notes => teacher.Notes;

    public void Judge(CandidatePair[] about, Span<double> scores, Span<double> distributions)
    {
        long start = clock.GetTimestamp();
        teacher.Judge(about, scores, distributions);
        took += clock.GetElapsedTime(start);
        pairs += about.Length;
    }

    public void Dispose() => teacher.Dispose();
}
