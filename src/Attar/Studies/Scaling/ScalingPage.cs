using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies.Scaling;

/// <summary>The curve as one self-contained page.</summary>
static class ScalingPage
{
    public static void Write(string path, ScalingCurve curve, EvaluationResult result, IReadOnlyList<string> verdicts, IReadOnlyDictionary<string, Dictionary<string, double>> lines) =>
        StudyPage.Write(path, "what more labels bring", result, verdicts, Html.Of($"""
            <div class="grid-of">{Metrics.All.Where(metric => metric.Name is "ndcg@5" or "ndcg@10" or "auc" or "recall@p95" || metric.Name == curve.Metric).Select(metric => ScalingChart.Draw(metric.Title, curve.PointsOf(metric.Name), curve.AcrossOf(metric.Name, lines)))}</div>
            <p class="quiet">A point is the mean of {curve.Points[0].Seeds.Count} students that differ in their seed, small dots are the students, whiskers the 95 % interval over queries.{(curve.Lines.Count > 1 ? Html.Of($""" <span class="key" style="background:var(--s3)"></span>From labels alone. <span class="key" style="background:var(--s5)"></span>Then from the judgments too.""") : default)}</p>
            <h2>Figures</h2>
            {Tables.Systems(result)}
            <h2>Comparisons, paired by query</h2>
            {Tables.Comparisons(result)}
            """), curve.Points, "the teacher is one model, so that its own seed's chance is in every difference from it");
}
