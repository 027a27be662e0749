using Attar.Data;

namespace Attar.Evaluation.Audit;

/// <summary>How well promised gains keep, as they are and after each correction.</summary>
static class Calibration
{
    /// <param name="judged">To measure on.</param>
    /// <param name="fit">To fit on.</param>
    public static IEnumerable<CalibrationFigures> Of(JudgedScores judged, JudgedScores fit, GradeScale scale, IReadOnlyList<Dimension> dimensions)
    {
        SegmentedPairs pairs = SegmentedPairs.Of(judged.Queries, scale, dimensions);
        yield return Measure("as it is", judged);
        double temperature = Temperature.Fit(fit.Flat, [.. fit.Queries.SelectMany(query => query.Gains)]);
        yield return Measure(FormattableString.Invariant($"temperature {temperature:0.00}"), judged.With((_, _, logit) => logit / temperature));
        yield return Corrected("isotonic", []);
        foreach (Dimension dimension in dimensions) yield return Corrected($"isotonic by {dimension.Name}", [dimension]);
        yield return Corrected("isotonic by each in turn", dimensions);

        CalibrationFigures Corrected(string method, IReadOnlyList<Dimension> by) => Measure(method, judged.With(Recalibration.Fit(fit, by).Of));

        CalibrationFigures Measure(string method, JudgedScores scores)
        {
            double[] promised = [.. scores.Flat.Select(JudgedScores.Gain)];
            double[] errors = Bootstrap.Subtract(promised, pairs.Gains);
            double mean = errors.Average();
            return new CalibrationFigures(
                method,
                CalibrationError.Of(promised, pairs.Gains, [.. Enumerable.Repeat(1, pairs.Count)]),
                errors.Average(error => error * error),
                pairs.Groupings.Average(grouping => errors.Index().GroupBy(error => grouping.SegmentOf[error.Index], error => error.Item).Sum(segment => Math.Abs(segment.Average() - mean) * segment.Count()) / pairs.Count));
        }
    }
}
