using System.Globalization;
using System.Text.Json;
using Attar.Data;
using Attar.Evaluation;
using Attar.Workspaces;

namespace Attar.Labeling.Endpoints;

/// <summary>How well a teacher's grades agree with people's on judged pairs. Its grade is the median of its distribution.</summary>
/// <remarks>Not the nearest to the mean: a teacher who is rightly unsure would never give the lowest grade; kappa was .38 in place of .61 on a generated shop.</remarks>
/// <param name="Kappa">Quadratic weighted; null where it is not defined.</param>
/// <param name="KappaLow">Lower end of the 95 % bootstrap interval over queries.</param>
/// <param name="Confusion">(grades, grades) pairs by people's grade, then by the teacher's.</param>
/// <param name="CalibrationError">Mean distance of promised and judged gain, in ten bins.</param>
/// <param name="Promised">Mean of the teacher's expected gains.</param>
/// <param name="Judged">Mean of people's gains.</param>
public sealed record Agreement(int Pairs, double? Kappa, double? KappaLow, double? KappaHigh, long[][] Confusion, double CalibrationError, double Promised, double Judged)
{
    const int Fewest = 30; // pairs: an interval from fewer says nothing
    const int Resamples = 1000;

    /// <param name="distributions">(pairs) the teacher's distributions over the grades.</param>
    internal static Agreement Of(GradeScale scale, IReadOnlyList<Judgment> judgments, IReadOnlyList<double[]> distributions, ulong seed)
    {
        int n = judgments.Count, grades = scale.Grades;
        int[] people = [.. judgments.Select(judgment => Nearest(judgment.Rating))];
        int[] teacher = [.. distributions.Select(Median)];
        double[] promised = [.. distributions.Select(distribution => Math.Clamp(distribution.Select((p, k) => scale.Gains[k] * p).Sum(), 0, 1))];
        double[] judged = [.. judgments.Select(judgment => scale.Gain(judgment.Rating))];
        int[] once = [.. Enumerable.Repeat(1, n)];
        string[] queries = [.. judgments.Select(judgment => judgment.QueryId).Distinct()];
        var place = queries.Select((id, i) => (id, i)).ToDictionary(entry => entry.id, entry => entry.i);
        int[] queryOf = [.. judgments.Select(judgment => place[judgment.QueryId])];
        Interval interval = Bootstrap.Percentiles(Bootstrap.Pooled(queries.Length, queryOf, Kappa, Resamples, seed));
        long[,] confusion = WeightedKappa.Confusion(grades, people, teacher, once);
        return new Agreement(
            n,
            Defined(Kappa(once)),
            Defined(interval.Low),
            Defined(interval.High),
            [.. Enumerable.Range(0, grades).Select(row => Enumerable.Range(0, grades).Select(column => confusion[row, column]).ToArray())],
            Defined(Evaluation.CalibrationError.Of(promised, judged, once)) ?? 0,
            promised.DefaultIfEmpty().Average(),
            judged.DefaultIfEmpty().Average());

        int Nearest(double grade) => Math.Clamp((int)Math.Round(grade, MidpointRounding.AwayFromZero), 0, grades - 1);
        double Kappa(int[] weights) => WeightedKappa.Quadratic(WeightedKappa.Confusion(grades, people, teacher, weights));
    }

    internal static int Median(double[] distribution)
    {
        int grade = 0;
        for (double below = distribution[0]; below < .5 && grade < distribution.Length - 1; below += distribution[grade]) grade++;
        return grade;
    }

    /// <summary>Why the labels are not to be used, or null.</summary>
    internal string? Refusal(TrustOptions trust) =>
        Pairs < Fewest ? $"only {Pairs} judged pairs in the dev split to measure it on; expected {Fewest} or more"
        : Kappa is not { } kappa ? "people or the teacher gave every pair one grade, so that agreement is not defined"
        : kappa < trust.MinKappa ? string.Create(CultureInfo.InvariantCulture, $"weighted kappa {kappa:0.000} is below {trust.MinKappa:0.###}")
        : null;

    internal IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"agreement with people on {Pairs:n0} dev pairs: weighted kappa {Spoken(Kappa)} (95 % {Spoken(KappaLow)} to {Spoken(KappaHigh)}), calibration error {CalibrationError:0.000} (mean gain promised {Promised:0.000}, judged {Judged:0.000})");
        int width = Math.Max(5, Confusion.SelectMany(row => row).DefaultIfEmpty().Max().ToString(CultureInfo.InvariantCulture).Length + 1);
        yield return "  people \\ teacher" + string.Concat(Confusion.Select((_, grade) => $"{grade}".PadLeft(width)));
        for (int grade = 0; grade < Confusion.Length; grade++)
            yield return $"{grade,16} " + string.Concat(Confusion[grade].Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(width)));
    }

    internal void Write(string folder) =>
        AtomicFile.WriteText(Path.Combine(folder, "agreement.json"), writer => writer.WriteLine(JsonSerializer.Serialize(this, RecordJson.Options)));

    static string Spoken(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "undefined";

    static double? Defined(double value) => double.IsFinite(value) ? value : null;
}
