using System.Text.Json.Nodes;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies.Ablation;

/// <summary>The variants of a study, a row each: figures with their differences from the base.</summary>
static class AblationTable
{
    /// <param name="variants">By name, the options that differ.</param>
    public static Html Draw(EvaluationResult result, IReadOnlyDictionary<string, JsonObject> variants) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Variants"><table><thead><tr><th scope="col">variant</th>{Metrics.All.Select(metric => Html.Of($"<th scope=\"col\">{metric.Title}</th>"))}</tr></thead><tbody>
        {result.Systems.Select(system => Row(result, system, variants.GetValueOrDefault(system.Name)))}
        </tbody></table></div>
        """);

    static Html Row(EvaluationResult result, SystemResult system, JsonObject? changes) => Html.Of(
        $"""<tr><th scope="row">{system.Name}<small class="quiet">{(changes is null ? default : Html.Of($"<br/>{changes.ToJsonString().Trim('{', '}')}"))}</small></th>{Metrics.All.Select(metric => Cell(system.Metrics[metric.Name], result.Comparisons.FirstOrDefault(c => c.A == system.Name && c.Metric == metric.Name)))}</tr>""");

    static Html Cell(Estimate figure, Comparison? c) => Html.Of(
        $"""<td>{ResultTable.Figure(figure.Value)}{(c is null ? default : Html.Of($"""<small class="{Verdicts.CssClass(c)}">{ResultTable.Signed(c.Difference)}</small><small>{ResultTable.Signed(c.Low)} to {ResultTable.Signed(c.High)}</small><small>{c.Verdict}, p {ResultTable.Figure(c.P)}</small>"""))}</td>""");
}
