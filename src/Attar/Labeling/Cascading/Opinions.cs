using Attar.Augmentation;
using Attar.Labeling.Teachers;

namespace Attar.Labeling.Cascading;

/// <summary>What some teachers say of some pairs.</summary>
/// <param name="Scores">(teachers, pairs)</param>
/// <param name="Distributions">(teachers, pairs × grades)</param>
sealed record Opinions(double[][] Scores, double[][] Distributions)
{
    public static Opinions Of(IEnumerable<ITeacher> teachers, CandidatePair[] pairs)
    {
        var (scores, distributions) = (new List<double[]>(), new List<double[]>());
        foreach (ITeacher teacher in teachers)
        {
            scores.Add(new double[pairs.Length]);
            distributions.Add(new double[pairs.Length * teacher.Grades]);
            if (pairs.Length > 0) teacher.Judge(pairs, scores[^1], distributions[^1]);
        }
        return new([.. scores], [.. distributions]);
    }

    /// <summary>The teachers of both, about the same pairs.</summary>
    public Opinions With(Opinions others) => new([.. Scores, .. others.Scores], [.. Distributions, .. others.Distributions]);

    /// <summary>About some of the pairs.</summary>
    public Opinions At(IReadOnlyList<int> places)
    {
        int grades = Scores[0].Length == 0 ? 0 : Distributions[0].Length / Scores[0].Length;
        return new([.. Scores.Select(own => places.Select(place => own[place]).ToArray())],
            [.. Distributions.Select(own => places.SelectMany(place => own[(place * grades)..((place + 1) * grades)]).ToArray())]);
    }
}
