using System.Globalization;
using Attar.Evaluation;
using Attar.Evaluation.Report;
using Attar.Online.Experiments;
using Attar.Online.Readout;

namespace Attar.Server.Endpoints;

/// <summary>How reports of experiments look as a page.</summary>
static class ExperimentsHtml
{
    public const string Footer = "Intervals called «always valid» hold however often you look. Those called «one look» hold for a single look that was planned beforehand.";

    public static Html Section(ExperimentReport report) => Html.Of($"""
        <section class="part" aria-labelledby="of-{report.Name}">
        <h2 id="of-{report.Name}">{report.Name} <small>{ReportText.Kind(report)}</small></h2>
        <p class="verdict">{Capital(report.Verdict)}.</p>
        <p class="soft"><span class="state{(Stands(report) ? " off" : "")}">{report.State}</span> {Count(report.Requests, "search", "searches")} of {Count(report.Clients, "client", "clients")} since <time datetime="{report.Begun.ToString("O", CultureInfo.InvariantCulture)}">{report.Begun.ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC</time></p>
        {(report.Mismatch is { Alarm: true } mismatch ? PageFrame.Warning($"The arms did not get their shares of the clients (p {ResultTable.Figure(mismatch.AlwaysP)}): something loses or doubles clients by arm. Believe no other figure here.") : default)}
        {report.Arms.Where(arm => arm.Halted is not null).Select(arm => PageFrame.Warning($"{arm.Name} is halted: {arm.Halted}."))}
        {Arms(report)}
        {(report.Days.Count > 0 ? report.Days.GroupBy(day => day.Arm).Select(arm => SequenceChart.Draw($"{arm.Key}: {(report.Kind == ExperimentKind.Interleave ? $"share of the decided searches won, by {report.Metric}" : $"difference in {Deciding(report)}")}, day by day, always valid 95 %", [.. arm], report.Kind == ExperimentKind.Interleave ? .5 : 0)) : [])}
        {(report.Preferences.Count > 0 ? Preferences(report) : default)}
        {report.Differences.GroupBy(one => one.Arm).Select(arm => Differences(arm.Key, report.Arms[0].Name, [.. arm]))}
        {PlaceChart.Draw(report.Places)}
        {(report.Needs.Count > 0 ? Needs(report) : default)}
        </section>
        """);

    static bool Stands(ExperimentReport report) => !report.State.StartsWith("running", StringComparison.Ordinal);

    static string Deciding(ExperimentReport report) => report.Metric == Actions.Click ? "searches with a click" : $"clients with {report.Metric}";

    static Html Arms(ExperimentReport report) => Table("Arms", ["arm", "ranker", "searches", "clients", "95th percentile, ms"], report.Arms.Select(arm => (string[])
        [arm.Name, arm.Ranker, $"{arm.Requests}", $"{arm.Clients}", arm.P95 is { } p95 ? p95.ToString("0.0", CultureInfo.InvariantCulture) : "–"]));

    static Html Preferences(ExperimentReport report) => Table($"Searches that prefer {report.Arms[1].Name}", ["by", "won", "lost", "tied", "share won", "always valid 95 %", "p", "one look 95 %", "p", "verdict"], report.Preferences.Select(one => (string[])
        [one.Action, $"{one.Wins}", $"{one.Losses}", $"{one.Ties}", ResultTable.Figure(one.Share), ReportText.Range(one.Always, ResultTable.Figure), ResultTable.Figure(one.AlwaysP), ReportText.Range(one.Bootstrap, ResultTable.Figure), ResultTable.Figure(one.SignP), one.Verdict]));

    static Html Differences(string arm, string control, IReadOnlyList<DifferenceReport> rows) => Table($"{arm} against {control}", ["", control, arm, "difference", "always valid 95 %", "p", "one look 95 %", "p", "verdict"], rows.SelectMany(one => (IEnumerable<string[]>)
        [
            [one.Metric, ResultTable.Figure(one.Control), ResultTable.Figure(one.Treatment), ResultTable.Signed(one.Value), ReportText.Range(one.Always, ResultTable.Signed), ResultTable.Figure(one.AlwaysP), ReportText.Range(one.Once, ResultTable.Signed), ResultTable.Figure(one.P), one.Verdict],
            .. one.Reduced is { } less ? [[$"less its past: {(1 - less.Kept).ToString("0%", CultureInfo.InvariantCulture)} of the variance gone", "", "", ResultTable.Signed(less.Value), ReportText.Range(less.Always, ResultTable.Signed), ResultTable.Figure(less.AlwaysP), ReportText.Range(less.Once, ResultTable.Signed), ResultTable.Figure(less.P), ""]] : (string[][])[],
        ]));

    static Html Needs(ExperimentReport report) => Table("What four of five experiments would find", ["effect", "searches", "days at this pace"], report.Needs.Select(need => (string[])
        [need.Effect, need.Units.ToString("N0", CultureInfo.InvariantCulture), need.Days.ToString("N1", CultureInfo.InvariantCulture)]));

    public static Html Table(string caption, string[] header, IEnumerable<string[]> rows) => Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table><caption>{caption}</caption><thead><tr>{header.Select(title => Html.Of($"""<th scope="col">{title}</th>"""))}</tr></thead><tbody>
        {rows.Select(row => Html.Of($"""<tr><th scope="row">{row[0]}</th>{row.Skip(1).Select(cell => Html.Of($"<td{(cell is Comparison.Better or Comparison.Worse ? Html.Of($" class=\"{cell}\"") : default)}>{cell}</td>"))}</tr>"""))}
        </tbody></table></div>
        """);

    static string Count(int number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
