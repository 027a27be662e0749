namespace Attar.Evaluation.Report;

/// <summary>The report's tables.</summary>
static class Tables
{
    public static Html Systems(EvaluationResult result) => Html.Of($"""
        <div class="scroll"><table><thead><tr><th>system</th>{Metrics.All.Select(metric => Html.Of($"<th>{metric.Title}</th>"))}</tr></thead><tbody>
        {result.Systems.Select((system, place) => Html.Of($"""<tr><th scope="row" class="s{place % 6}">{system.Name}</th>{Metrics.All.Select(metric => Cell(result, system, metric.Name))}</tr>"""))}
        </tbody></table></div>
        """);

    static Html Cell(EvaluationResult result, SystemResult system, string metric)
    {
        Estimate estimate = system.Metrics[metric];
        if (!double.IsFinite(estimate.Value)) return Html.Of($"<td>–</td>");
        var values = result.Systems.Select(other => other.Metrics[metric].Value).Where(double.IsFinite);
        bool best = estimate.Value == (Metrics.HigherIsBetter(metric) ? values.Max() : values.Min());
        return Html.Of($"""<td{(best ? Html.Of($" class=\"best\"") : default)}>{ResultTable.Figure(estimate.Value)}<small>{ResultTable.Figure(estimate.Low)}–{ResultTable.Figure(estimate.High)}</small></td>""");
    }

    public static Html Comparisons(EvaluationResult result) => Html.Of($"""
        <div class="scroll"><table><thead><tr><th>systems</th><th class="words">metric</th><th>difference</th><th>95 % interval</th><th>p</th><th class="words">verdict</th></tr></thead><tbody>
        {result.Comparisons.Select(Row)}
        </tbody></table></div>
        """);

    static Html Row(Comparison c) => Html.Of($"""
        <tr><th scope="row">{c.A} − {c.B}</th><td class="words">{Metrics.TitleOf(c.Metric)}</td><td>{ResultTable.Signed(c.Difference)}</td><td>{ResultTable.Signed(c.Low)} to {ResultTable.Signed(c.High)}</td><td>{ResultTable.Figure(c.P)}</td><td class="words {(c.Verdict == Comparison.NotShown ? "not" : c.Verdict)}">{c.Verdict}</td></tr>

        """);
}
