using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies.Ablation;

/// <summary>The variants as one self-contained page: a row each, its figures with their differences from the base.</summary>
static class AblationPage
{
    public static void Write(string path, EvaluationResult result, IReadOnlyList<string> verdicts, IReadOnlyList<SeedMean> students, IReadOnlyDictionary<string, JsonObject> variants) =>
        StudyPage.Write(path, "what each choice is worth", result, verdicts, Html.Of($"""
            <h2>Variants and their differences from the base</h2>
            <div class="scroll"><table><thead><tr><th>variant</th>{Metrics.All.Select(metric => Html.Of($"<th>{metric.Title}</th>"))}</tr></thead><tbody>
            {result.Systems.Select(system => Row(result, system, variants.GetValueOrDefault(system.Name)))}
            </tbody></table></div>
            <p class="quiet">A row is the mean of {students[0].Seeds.Count} students that differ in their seed. Below a figure: the difference from the base, its 95 % interval, the verdict with p, paired by query.</p>
            """), students, "they are not widened for the number of variants: of twenty, one keeps clear of zero by chance alone");

    static Html Row(EvaluationResult result, SystemResult system, JsonObject? changes) => Html.Of(
        $"""<tr><th scope="row">{system.Name}<small class="quiet">{(changes is null ? default : Html.Of($"<br>{changes.ToJsonString().Trim('{', '}')}"))}</small></th>{Metrics.All.Select(metric => Cell(system.Metrics[metric.Name], result.Comparisons.FirstOrDefault(c => c.A == system.Name && c.Metric == metric.Name)))}</tr>""");

    static Html Cell(Estimate figure, Comparison? c) => Html.Of(
        $"""<td>{ResultTable.Figure(figure.Value)}{(c is null ? default : Html.Of($"""<small class="{Verdicts.CssClass(c)}">{ResultTable.Signed(c.Difference)}</small><small>{ResultTable.Signed(c.Low)} to {ResultTable.Signed(c.High)}</small><small>{c.Verdict}, p {ResultTable.Figure(c.P)}</small>"""))}</td>""");
}
