using System.Globalization;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Experiments.Scaling;

/// <summary>The curve as one self-contained page, in the look of the report.</summary>
static class ScalingPage
{
    public static void Write(string path, ScalingCurve curve, EvaluationResult result, IReadOnlyDictionary<string, Dictionary<string, double>> lines) =>
        AtomicFile.WriteText(path, writer => writer.Write(Draw(curve, result, lines).ToString()));

    static Html Draw(ScalingCurve curve, EvaluationResult result, IReadOnlyDictionary<string, Dictionary<string, double>> lines)
    {
        string[] verdicts = [.. curve.Verdicts(result.Comparisons)];
        return Html.Of($"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Attar: more labels</title>
            <style>{Html.Trusted(ReportStyle.Css)}</style></head><body><main>
            <h1>Attar · what more labels bring · {result.Split} split, against {(result.Against == "truth" ? "the true grades" : "the raters' judgments")}</h1>
            <p class="headline">{verdicts.FirstOrDefault("")}</p>
            <ul class="claims">{verdicts.Skip(1).Select(verdict => Html.Of($"<li>{verdict}</li>"))}</ul>
            <div class="grid-of">{Metrics.All.Where(metric => metric.Name is "ndcg@5" or "ndcg@10" or "auc" or "recall@p95" || metric.Name == curve.Metric).Select(metric => ScalingChart.Draw(metric.Title, metric.Name, curve, lines))}</div>
            <p class="quiet">A point is the mean of {curve.Points[0].Seeds.Count} students that differ in their seed, small dots are the students, whiskers the 95 % interval over queries.</p>
            <h2>Figures</h2>
            {Tables.Systems(result)}
            <h2>Comparisons, paired by query</h2>
            {Tables.Comparisons(result)}
            <h2>The seeds one by one</h2>
            {Seeds(curve)}
            <h2>How it was measured</h2>
            <p>NDCG: {result.Variant}. Intervals: 95 %, percentile bootstrap over queries, {result.Resamples} resamples, of the mean over seeds; the teacher is one model, so that its own seed's chance is in every difference from it. {result.Queries.Counted.ToString("N0", CultureInfo.InvariantCulture)} queries counted for NDCG, {result.Queries.Pairs.ToString("N0", CultureInfo.InvariantCulture)} pairs.</p>
            </main></body></html>

            """);
    }

    static Html Seeds(ScalingCurve curve) => Html.Of($"""
        <div class="scroll"><table><thead><tr><th>student</th>{Metrics.All.Select(metric => Html.Of($"<th>{metric.Title}</th>"))}</tr></thead><tbody>
        {curve.Points.SelectMany(point => point.Seeds).Select(seed => Html.Of($"""<tr><th scope="row">{seed.Name}</th>{Metrics.All.Select(metric => Html.Of($"<td>{ResultTable.Figure(seed.Result.Metrics[metric.Name].Value)}</td>"))}</tr>"""))}
        </tbody></table></div>
        """);
}
