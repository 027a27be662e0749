using System.Globalization;
using Attar.Augmentation;
using Attar.Evaluation;

namespace Attar.Labeling.Teachers;

/// <summary>What a teacher computed in fewer bits changes, on a sample of the pairs to label.</summary>
/// <param name="Model">As it was named, such as <c>teacher@int8</c>.</param>
/// <param name="LargestDifference">Of a pair's two scores.</param>
/// <param name="SameOrder">Share of a query's product pairs that both order the same way, mean over queries; Kendall's tau is 2 x - 1. Null where no query has two products.</param>
public sealed record PrecisionAgreement(string Model, int Pairs, double LargestDifference, double MeanDifference, double? SameOrder)
{
    const int Sampled = 1000, Run = 20; // pairs, in runs: neighbours are mostly of one query

    internal static PrecisionAgreement Of(string model, CandidatePair[] pairs, ITeacher exact, ITeacher teacher)
    {
        double[] wanted = Scores(exact, pairs), found = Scores(teacher, pairs);
        double[] differences = [.. wanted.Zip(found, (a, b) => Math.Abs(a - b))];
        double[] orders = [.. Enumerable.Range(0, pairs.Length).GroupBy(i => pairs[i].QueryId)
            .Select(query => PairAccuracy.Of([.. query.Select(i => (float)found[i])], [.. query.Select(i => wanted[i])])).Where(double.IsFinite)];
        return new(model, pairs.Length, differences.DefaultIfEmpty().Max(), differences.DefaultIfEmpty().Average(), orders.Length == 0 ? null : orders.Average());
    }

    /// <summary>Some pairs from everywhere, the same of the same pairs.</summary>
    internal static CandidatePair[] Sample(IEnumerable<CandidatePair> pairs, long count)
    {
        long every = Math.Max(1, (count + Sampled - 1) / Sampled);
        return [.. pairs.Where((_, i) => i / Run % every == 0)];
    }

    internal string Line() => string.Create(CultureInfo.InvariantCulture,
        $"{Model}: on {Pairs:n0} pairs the scores differ from float32's by {MeanDifference:0.####} on average, {LargestDifference:0.###} at most; {SameOrder ?? 1:p1} of the product pairs of a query in the same order");

    static double[] Scores(ITeacher teacher, CandidatePair[] pairs)
    {
        double[] scores = new double[pairs.Length];
        teacher.Judge(pairs, scores, new double[pairs.Length * teacher.Grades]);
        return scores;
    }
}
