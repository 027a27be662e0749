using Attar.Augmentation;

namespace Attar.Labeling.Teachers;

/// <summary>Several teachers of the same grades: the weighted mean of their scores, and of their distributions.</summary>
/// <param name="weights">(members), with the sum 1</param>
sealed class Ensemble(IReadOnlyList<ITeacher> members, double[] weights) : ITeacher
{
    public int Grades => members[0].Grades;

    public string Template => string.Join(',', members.Select(member => member.Template));

    public IEnumerable<string> Notes => members.SelectMany(member => member.Notes);

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        double[] score = new double[scores.Length], distribution = new double[distributions.Length];
        scores.Clear();
        distributions.Clear();
        foreach (var (member, weight) in members.Zip(weights))
        {
            if (weight == 0) continue;
            member.Judge(pairs, score, distribution);
            for (int i = 0; i < score.Length; i++) scores[i] += weight * score[i];
            for (int i = 0; i < distribution.Length; i++) distributions[i] += weight * distribution[i];
        }
    }

    public void Dispose()
    {
        foreach (ITeacher member in members) member.Dispose();
    }
}
