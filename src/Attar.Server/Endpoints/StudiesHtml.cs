using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Studies.Ablation;
using Attar.Studies.Scaling;

namespace Attar.Server.Endpoints;

/// <summary>How studies look: the curve of more and more labels, and the table of what each choice is worth.</summary>
static class StudiesHtml
{
    const string Judged = "-judged", Student = "student-";

    public static Html Draw(string study, EvaluationResult figures, JsonObject options) => Html.Of($"""
        <section class="part" aria-labelledby="of-{study}"><h2 id="of-{study}">{(study == "scaling" ? "What more labels bring" : "What each choice is worth")} <small>{figures.Split} split, means over seeds</small></h2>
        {Verdict(figures, study)}
        {(study == "scaling" ? Curve(figures) : AblationTable.Draw(figures, VariantsOf(options)))}
        <p class="soft"><a href="/quality/report">The whole report</a></p></section>
        """);

    /// <summary>A study whose figures another measurement has written over.</summary>
    public static Html Gone(string study, string by) => Html.Of($"""<p class="message">The {study} study ran, but {by} has measured since, and the report is of the last measurement. Run the study again: its students are kept, so it only measures.</p>""");

    static Html Verdict(EvaluationResult figures, string study) => figures.Comparisons.FirstOrDefault(one => one.Metric == "ndcg@5" && (study == "ablation" || one.A == figures.Systems[^1].Name)) is { } first
        ? Html.Of($"""<p class="verdict">{Verdicts.InWords(first)}.</p>""") : default;

    static Html Curve(EvaluationResult figures)
    {
        (SystemResult System, long Labels)[] students = [.. figures.Systems.Select(system => (system, LabelsOf(system.Name))).Where(one => one.Item2 > 0)];
        if (students.Length < 2) return PageFrame.Message("The report names no students by their number of labels.");
        SystemResult[] others = [.. figures.Systems.Where(system => LabelsOf(system.Name) == 0)];
        return Html.Of($"""
            <div class="charts">{Attar.Evaluation.Metrics.All.Where(metric => metric.Name is "ndcg@5" or "ndcg@10" or "auc" or "recall@p95").Select(metric => ScalingChart.Draw(
                metric.Title,
                [.. students.OrderBy(one => one.System.Name.EndsWith(Judged, StringComparison.Ordinal)).ThenBy(one => one.Labels).Select(one => new ScalingPoint(one.Labels, one.System.Name.EndsWith(Judged, StringComparison.Ordinal), one.System.Metrics[metric.Name], []))],
                [.. others.Select((system, place) => (system.Name, system.Metrics[metric.Name].Value, ScalingChart.ColourOf(place)))]))}</div>
            <details><summary>Figures</summary>{Tables.Systems(figures)}</details>
            """);
    }

    /// <summary>As the study names its students, <c>student-5000</c> and <c>student-5000-judged</c>; 0 for any other system.</summary>
    static long LabelsOf(string system)
    {
        string name = system.EndsWith(Judged, StringComparison.Ordinal) ? system[..^Judged.Length] : system;
        return name.StartsWith(Student, StringComparison.Ordinal) && long.TryParse(name[Student.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long labels) ? labels : 0;
    }

    static Dictionary<string, JsonObject> VariantsOf(JsonObject options) =>
        (options["variants"] as JsonObject)?.Where(variant => variant.Value is JsonObject).ToDictionary(variant => variant.Key, variant => variant.Value!.AsObject()) ?? [];
}
