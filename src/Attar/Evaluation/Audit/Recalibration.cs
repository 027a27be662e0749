using Attar.Data;

namespace Attar.Evaluation.Audit;

/// <summary>
/// Isotonic curves by segment. Where there are several dimensions each is fitted to what those before it leave, so that a product that is
/// dear, of a favoured brand and has a long title is corrected for each once.
/// </summary>
public sealed class Recalibration
{
    readonly List<(Dimension Dimension, Dictionary<string, Isotonic> Curves, Isotonic Others)> steps = [];

    Recalibration() { }

    /// <summary>Segments with few judged pairs share the curve of all pairs.</summary>
    /// <param name="dimensions">None: one curve for all.</param>
    internal static Recalibration Fit(JudgedScores scores, IReadOnlyList<Dimension> dimensions)
    {
        var fitted = new Recalibration();
        double[] gains = [.. scores.Queries.SelectMany(query => query.Gains)];
        foreach (Dimension dimension in dimensions.Count > 0 ? dimensions : [new Dimension("", (_, _) => "")])
        {
            string[] names = [.. scores.Queries.SelectMany(query => query.Products.Select(product => dimension.Of(query.Query, product)))];
            var curves = names.Index().GroupBy(pair => pair.Item, pair => pair.Index).Where(segment => segment.Key.Length > 0 && segment.Count() >= Grouping.Fewest)
                .ToDictionary(segment => segment.Key, segment => Isotonic.Fit([.. segment.Select(i => scores.Flat[i])], [.. segment.Select(i => gains[i])]));
            fitted.steps.Add((dimension, curves, Isotonic.Fit(scores.Flat, gains)));
            scores = scores.With((query, product, logit) => Step(fitted.steps[^1], query, product, logit));
        }
        return fitted;
    }

    /// <summary>The logit that people's judgments would give.</summary>
    public double Of(Query query, Product product, double logit) => steps.Aggregate(logit, (value, step) => Step(step, query, product, value));

    static double Step((Dimension Dimension, Dictionary<string, Isotonic> Curves, Isotonic Others) step, Query query, Product product, double logit) =>
        (step.Curves.GetValueOrDefault(step.Dimension.Of(query, product)) ?? step.Others).Of(logit);
}
