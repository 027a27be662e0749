using System.Globalization;
using Attar.Evaluation.Report;

namespace Attar.Evaluation.Promotion;

/// <summary>The page that a reviewer reads and signs.</summary>
static class PromotionPage
{
    const string Begin = "<!-- signature -->", End = "<!-- /signature -->";

    public static void Write(string folder, PromotionReport report, Html figures) => Page.Write(Path.Combine(folder, PromotionReport.PageName), Page.Of($"{report.New} over {report.Old}", Html.Of($"""
        <h1>Attar: {report.New} over {report.Old}, {report.Queries} judged queries of {report.Split}</h1>
        <p class="headline">{report.New} {(report.Passed ? "may" : "may not")} take the place of {report.Old}</p>
        <ul class="claims">{report.Gates.Select(gate => Html.Of($"""<li><span class="{(gate.Passed ? "better" : "worse")}">{(gate.Passed ? "holds" : "does not hold")}</span> {gate.Name}: {gate.Said}</li>"""))}</ul>
        <h2>Signature</h2>
        {Html.Trusted(Begin)}{Signature(report)}{Html.Trusted(End)}
        {figures}
        <h2>By segment of the queries</h2>
        <p class="quiet">NDCG@5. A query belongs to the segment of its most relevant product. q: p of the randomization test, adjusted for as many segments; up to .05 a difference counts as shown.</p>
        {SegmentTable.Draw(report.Segments, report.Old, report.New)}
        <h2>Queries of late, unjudged</h2>
        {(report.Drift is { } drift ? Drift(drift) : Html.Of($"<p class=\"quiet\">No query found two candidates.</p>"))}
        <h2>What was compared</h2>
        <p class="quiet">{report.Made.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC. SHA-256 of {report.New}: {report.Digests[0]}, of {report.Old}: {report.Digests[1]}, of the data: {report.Digests[2]}.</p>
        """)));

    /// <summary>Puts a signature into the page that was read.</summary>
    public static void Sign(string folder, PromotionReport report)
    {
        string path = Path.Combine(folder, PromotionReport.PageName), page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal), end = page.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin) throw new InputException(path, "is not the page that attar promote wrote; run it again without --sign");
        AtomicFile.WriteText(path, writer => writer.Write(page[..(begin + Begin.Length)] + Signature(report) + page[end..]));
    }

    static Html Signature(PromotionReport report) => report.SignedBy is { } name
        ? Html.Of($"""<p><strong>{name}</strong>, {(report.Signed ?? default).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC: {report.New} has taken the place of {report.Old}.</p>""")
        : report.Passed ? Html.Of($"""<p>Not signed. Whoever lets it serve signs: <code>attar promote {report.New} --over {report.Old} --sign "NAME"</code></p>""")
        : Html.Of($"""<p>Not to be signed: a condition does not hold.</p>""");

    /// <summary>All figures side by side, and the queries that lose most.</summary>
    public static Html Figures(IReadOnlyList<Comparison> comparisons, SystemScores before, SystemScores after, int[] worst, IReadOnlyList<JudgedQuery> queries) => Html.Of($"""
        <h2>Figures</h2>
        <div class="scroll"><table><thead><tr><th>metric</th><th>{before.Name}</th><th>{after.Name}</th><th>difference</th><th>95 %</th><th>p</th><th></th></tr></thead><tbody>
        {comparisons.Select(one => Html.Of($"""<tr><th scope="row">{Metrics.TitleOf(one.Metric)}</th><td>{ResultTable.Figure(before.Result.Metrics[one.Metric].Value)}</td><td>{ResultTable.Figure(after.Result.Metrics[one.Metric].Value)}</td><td>{ResultTable.Signed(one.Difference)}</td><td>{ResultTable.Signed(one.Low)} to {ResultTable.Signed(one.High)}</td><td>{ResultTable.Figure(one.P)}</td><td class="{Report.Verdicts.CssClass(one)}">{one.Verdict}</td></tr>"""))}
        </tbody></table></div>
        <h2>The queries that lose most</h2>
        {(worst.Length == 0 ? Html.Of($"<p class=\"quiet\">None loses anything.</p>") : Html.Join("", worst.Select((q, place) => Examples.Draw(queries[q], q, [before, after], open: place < 3))))}
        """);

    static Html Drift(ScoreDrift drift) => Html.Of($"""
        <p>Of {drift.Queries} queries {(100 * drift.SameFirst).ToString("0.#", CultureInfo.InvariantCulture)} % keep their first product, {(100 * drift.Overlap).ToString("0.#", CultureInfo.InvariantCulture)} % of the first ten products stay, and the rank correlation over all candidates is {drift.Correlation:0.00}.</p>
        <div class="scroll"><table><thead><tr><th>scores</th><th>5 %</th><th>25 %</th><th>median</th><th>75 %</th><th>95 %</th></tr></thead><tbody>
        <tr><th scope="row">before</th>{drift.Old.Select(score => Html.Of($"<td>{score:0.00}</td>"))}</tr><tr><th scope="row">now</th>{drift.New.Select(score => Html.Of($"<td>{score:0.00}</td>"))}</tr>
        </tbody></table></div>
        <p class="quiet">Thresholds that were chosen on the old scores hold only as far as these agree.</p>
        """);
}
