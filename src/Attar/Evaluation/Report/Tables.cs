namespace Attar.Evaluation.Report;

/// <summary>The report's tables.</summary>
static class Tables
{
    public static Html Systems(EvaluationResult result) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Figures"><table><thead><tr><th scope="col">system</th>{Metrics.All.Select(metric => Html.Of($"<th scope=\"col\">{metric.Title}</th>"))}</tr></thead><tbody>
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

    /// <summary>Pairs of systems down, metrics across; a cell holds the difference, its interval, the verdict and p.</summary>
    public static Html Comparisons(EvaluationResult result) => result.Comparisons.Count == 0 ? Html.Of($"""<p class="quiet">There is one system only.</p>""") : Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="Comparisons"><table><thead><tr><th scope="col">systems</th>{Metrics.All.Select(metric => Html.Of($"<th scope=\"col\">{metric.Title}</th>"))}</tr></thead><tbody>
        {result.Comparisons.GroupBy(c => (c.A, c.B)).Select(pair => Html.Of($"""<tr><th scope="row">{pair.Key.A} − {pair.Key.B}</th>{Metrics.All.Select(metric => Cell(pair.FirstOrDefault(c => c.Metric == metric.Name)))}</tr>"""))}
        </tbody></table></div>
        """);

    static Html Cell(Comparison? c) => c is null ? Html.Of($"<td>–</td>") : Html.Of(
        $"""<td class="{Verdicts.CssClass(c)}">{ResultTable.Signed(c.Difference)}<small>{ResultTable.Signed(c.Low)} to {ResultTable.Signed(c.High)}</small><small>{c.Verdict}, p {ResultTable.Figure(c.P)}</small></td>""");
}
