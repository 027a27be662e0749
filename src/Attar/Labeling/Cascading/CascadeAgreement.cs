using System.Globalization;
using Attar.Data;
using Attar.Evaluation;
using Attar.Labeling.Endpoints;

namespace Attar.Labeling.Cascading;

/// <summary>How labels agree with people and with those of asking the dear teacher always: on judged dev pairs, where both are known. The weights were fitted on the same ones.</summary>
/// <param name="Asked">Share of the pairs.</param>
/// <param name="Chance">What as many queries drawn by chance are expected to come to; kappa is no mean over queries, and stays open.</param>
public sealed record CascadeAgreement(int Queries, int Pairs, double Asked, CascadeQuality Never, CascadeQuality Cascade, CascadeQuality Chance, CascadeQuality Always)
{
    const int Ranks = 5;

    /// <param name="judgments">A query's together.</param>
    /// <param name="said">Of the judgments, the dear teacher last.</param>
    internal static CascadeAgreement Of(Dataset data, IReadOnlyList<Judgment> judgments, Opinions said, Mixture unasked, Mixture asked, double share)
    {
        int grades = said.Distributions[0].Length / judgments.Count;
        int[][] groups = [.. Enumerable.Range(0, judgments.Count).GroupBy(i => judgments[i].QueryId).Select(group => group.ToArray())];
        double[] doubts = [.. groups.Select(group => Doubt.Of(said.At(group).Scores[..unasked.Weights.Length], unasked.Weights))];
        double from = Doubt.From([.. doubts.Zip(groups, (doubt, group) => (doubt, group.Length))], share);
        bool[] isAsked = new bool[judgments.Count];
        foreach (int i in groups.Where((_, query) => doubts[query] >= from).SelectMany(group => group)) isAsked[i] = true;

        CascadeQuality never = Quality(_ => false), always = Quality(_ => true), cascade = Quality(i => isAsked[i]);
        double part = isAsked.Count(own => own) / (double)Math.Max(1, judgments.Count);
        return new(groups.Length, judgments.Count, part, never, cascade, Between(never, always, part), always);

        CascadeQuality Quality(Func<int, bool> asks)
        {
            float[] scores = [.. judgments.Select((_, i) => (float)(asks(i) ? asked : unasked).Score(said, i))];
            double[] ofPeople = [.. judgments.Select(judgment => data.Scale.Gain(judgment.Rating))], ofAlways = [.. judgments.Select((_, i) => 1 / (1 + Math.Exp(-asked.Score(said, i))))];
            int[] own = [.. judgments.Select((_, i) => Grade(asks(i) ? asked : unasked, i))];
            int[] people = [.. judgments.Select(judgment => Math.Clamp((int)Math.Round(judgment.Rating, MidpointRounding.AwayFromZero), 0, data.Scale.Grades - 1))];
            return new(Ndcg(ofPeople), Mean(group => PairAccuracy.Of(Of(group, scores), Of(group, ofPeople))), grades == data.Scale.Grades ? Kappa(people) : null, Ndcg(ofAlways), Kappa([.. judgments.Select((_, i) => Grade(asked, i))]));

            double? Ndcg(double[] gains) => Mean(group => Evaluation.Ndcg.At(Ranks, Of(group, scores), Of(group, gains), [.. group.Select(i => judgments[i].ProductId)]));
            double? Kappa(int[] others) => Known(WeightedKappa.Quadratic(WeightedKappa.Confusion(grades, others, own, [.. Enumerable.Repeat(1, own.Length)])));
        }

        int Grade(Mixture mixture, int pair)
        {
            double[] distribution = new double[grades];
            mixture.Write(said, pair, distribution);
            return Agreement.Median(distribution);
        }

        double? Mean(Func<int[], double> measure) => groups.Select(measure).Where(double.IsFinite).ToArray() is { Length: > 0 } values ? values.Average() : null;
    }

    static T[] Of<T>(int[] places, T[] values) => [.. places.Select(place => values[place])];

    static CascadeQuality Between(CascadeQuality never, CascadeQuality always, double share)
    {
        return new(Mixed(never.Ndcg, always.Ndcg), Mixed(never.PairAccuracy, always.PairAccuracy), null, Mixed(never.NdcgOfAlways, always.NdcgOfAlways), null);
        double? Mixed(double? a, double? b) => (1 - share) * a + share * b;
    }

    static double? Known(double value) => double.IsFinite(value) ? value : null;

    internal IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"  on {Pairs:n0} judged pairs of {Queries:n0} dev queries, of which {Asked:p1} are asked:");
        yield return "              with people:  NDCG@5  pair accuracy  kappa   with asking always:  NDCG@5  kappa";
        foreach (var (name, quality) in new[] { ("never asked", Never), ("as here", Cascade), ("by chance", Chance), ("always", Always) })
            yield return $"  {name,-25}{Spoken(quality.Ndcg)}{Spoken(quality.PairAccuracy),15}{Spoken(quality.Kappa),8}{Spoken(quality.NdcgOfAlways),28}{Spoken(quality.KappaWithAlways),8}";
    }

    static string Spoken(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture).PadLeft(7) ?? "      -";
}

/// <summary>Null where a measure is not defined.</summary>
/// <param name="Ndcg">At five, of people's gains.</param>
/// <param name="Kappa">Quadratic weighted, with people; null too where teachers grade by another scale.</param>
/// <param name="NdcgOfAlways">At five, of the gains that asking always promises.</param>
/// <param name="KappaWithAlways">Quadratic weighted, with the grades of asking always.</param>
public sealed record CascadeQuality(double? Ndcg, double? PairAccuracy, double? Kappa, double? NdcgOfAlways, double? KappaWithAlways);
