using Attar.Augmentation;

namespace Attar.Labeling.Teachers;

/// <summary>Several teachers of the same grades: the mean of their scores, and of their distributions.</summary>
sealed class Ensemble(IReadOnlyList<ITeacher> members) : ITeacher
{
    public int Grades => members[0].Grades;

    public string Template => string.Join(',', members.Select(member => member.Template));

    public IEnumerable<string> Notes => members.SelectMany(member => member.Notes);

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        double[] score = new double[scores.Length], distribution = new double[distributions.Length];
        scores.Clear();
        distributions.Clear();
        foreach (ITeacher member in members)
        {
            member.Judge(pairs, score, distribution);
            for (int i = 0; i < score.Length; i++) scores[i] += score[i] / members.Count;
            for (int i = 0; i < distribution.Length; i++) distributions[i] += distribution[i] / members.Count;
        }
    }

    public void Dispose()
    {
        foreach (ITeacher member in members) member.Dispose();
    }
}
