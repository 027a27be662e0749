using Attar.Evaluation.Report;

namespace Attar.Labeling.Audit;

/// <summary>The audit as one self-contained page, in the look of the report.</summary>
static class PairAuditPage
{
    public static void Write(string path, PairAudit audit) => Page.Write(path, Draw(audit));

    static Html Draw(PairAudit audit) => Page.Of("Attar: the pairs", Html.Of($"""
        <h1>Attar · the pairs the teacher is asked about</h1>
        <p class="headline">{Headline(audit)}</p>
        {audit.Checks.Where(check => !check.Passed).Select(check => Html.Of($"""<p class="warning">{check.Name}: {check.Means}</p>"""))}
        <h2>Checks</h2>
        <div class="scroll"><table><thead><tr><th>check</th><th>share</th><th>limit</th><th></th></tr></thead><tbody>
        {audit.Checks.Select(Row)}
        </tbody></table></div>
        {audit.Checks.Where(check => check.Examples.Count > 0).Select(check => Html.Of($"""<p><b>{check.Name}</b> <span class="quiet">{string.Join("; ", check.Examples)}</span></p>"""))}
        {audit.Histograms.Select(Bars)}
        """));

    public static string Headline(PairAudit audit) =>
        FormattableString.Invariant($"{audit.Pairs:n0} pairs of {audit.Queries:n0} queries and {audit.Products:n0} products, {audit.Labels:n0} labelled: ")
        + (audit.Checks.Count(check => !check.Passed) is > 0 and var failed ? $"{failed} of {audit.Checks.Count} checks failed" : $"all {audit.Checks.Count} checks passed");

    static Html Row(AuditCheck check) => Html.Of($"""
        <tr><th scope="row">{check.Name}<small> {check.Means}</small></th><td>{(check.Value is { } value ? value.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) : "–")}</td><td>{(check.AtLeast ? "from" : "to")} {check.Limit}</td><td class="{(check.Passed ? "better" : "worse")}">{(check.Passed ? "passed" : "failed")}</td></tr>

        """);

    static Html Bars(AuditCounts histogram)
    {
        double total = Math.Max(1, histogram.Counts.Sum(bar => bar.Count)), top = Math.Max(1, histogram.Counts.Max(bar => (long?)bar.Count) ?? 0);
        return Html.Of($"""
            <h2>{char.ToUpperInvariant(histogram.Name[0]) + histogram.Name[1..]}</h2>
            <svg viewBox="0 0 640 {20 * histogram.Counts.Count}" role="img" aria-label="{histogram.Name}">
            {histogram.Counts.Select((bar, i) => Html.Of($"""<text class="tick" x="150" y="{20 * i + 14}" text-anchor="end">{bar.Name}</text><rect fill="var(--s3)" x="160" y="{20 * i + 4}" width="{360 * bar.Count / top}" height="12"/><text class="tick" x="{166 + 360 * bar.Count / top}" y="{20 * i + 14}">{bar.Count:n0} · {100 * bar.Count / total:0.0} %</text>"""))}
            </svg>

            """);
    }
}
