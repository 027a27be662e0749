using Attar.Evaluation.Report;

namespace Attar.Evaluation.Audit;

/// <summary>The audit as one self-contained page, in the look of the report.</summary>
static class TeacherAuditPage
{
    public static void Write(string path, TeacherAudit audit) => Page.Write(path, Draw(audit));

    static Html Draw(TeacherAudit audit) => Page.Of("Attar: the teacher's bias", Html.Of($"""
        <h1>Attar · where the teacher errs, {audit.Split} split, against people's judgments</h1>
        <p class="headline">{Headline(audit)}</p>
        <p class="quiet">{FormattableString.Invariant($"{audit.Pairs:n0} judged pairs of {audit.Queries:n0} queries.")} {Overall(audit)}</p>
        <h2>Where the teacher errs otherwise than elsewhere</h2>
        {Shown(audit)}
        <h2>If a product were changed</h2>
        {Probes(audit)}
        <h2>Calibration, fitted on {audit.Fit}</h2>
        {Calibration(audit)}
        {audit.Systems[0].Segments.GroupBy(segment => segment.Dimension).Select(dimension => Segments(audit, dimension.Key))}
        <h2>How it was measured</h2>
        <p>Error: the gain that a system promises minus the gain people judged. Difference: a segment's mean error minus that of all other pairs. Over-recall: of the pairs people judged irrelevant, the share that the system scores at least as high as its threshold, from which as many pairs lie as people judged relevant. Agreement: the correlation of both gains.</p>
        <p>Intervals: 95 %, percentile bootstrap over queries. A difference is shown where q, its p by the bootstrap's standard error after Benjamini and Hochberg's correction for all segments, is at most {TeacherAudit.FalseDiscoveryRate}: of those marked, one in twenty may be chance. Segments of fewer than {Grouping.Fewest} pairs are among the others of their dimension.</p>
        """));

    public static string Headline(TeacherAudit audit)
    {
        SystemAudit teacher = audit.Systems[0];
        string found = $"{teacher.Name} errs otherwise than elsewhere in {teacher.Segments.Count(segment => segment.Shown)} of {teacher.Segments.Count} segments";
        return found + string.Concat(audit.Inherited.GroupBy(bias => bias.System).Select(student => $"; in {student.Key} " + string.Join(", ", student.CountBy(bias => bias.Verdict).OrderBy(verdict => verdict.Key).Select(verdict => $"{verdict.Value} {verdict.Key}"))));
    }

    static Html Overall(TeacherAudit audit) => Html.Join(" ", audit.Systems.Select(system => Html.Of(
        $"""{system.Name}: mean error {ResultTable.Signed(system.Error.Value)} ({ResultTable.Signed(system.Error.Low)} to {ResultTable.Signed(system.Error.High)}), over-recall {Figure(system.OverRecall?.Value)}, threshold {ResultTable.Figure(system.Threshold)}.""")));

    static Html Shown(TeacherAudit audit)
    {
        SegmentFigures[] shown = [.. audit.Systems[0].Segments.Where(segment => segment.Shown).OrderByDescending(segment => Math.Abs(segment.Difference!.Value.Value))];
        return shown.Length == 0 ? Html.Of($"""<p class="quiet">Nowhere that could be shown.</p>""") : Html.Of($"""
            <div class="scroll"><table><thead><tr><th>segment</th><th>pairs</th>{audit.Systems.Select(system => Html.Of($"<th>{system.Name}: difference</th>"))}{audit.Systems.Skip(1).Select(system => Html.Of($"<th>in {system.Name}</th>"))}</tr></thead><tbody>
            {shown.Select(segment => Html.Of($"""
                <tr><th scope="row">{segment.Dimension}<small> {segment.Segment}</small></th><td>{segment.Pairs}</td>{audit.Systems.Select(system => Difference(Same(system, segment)))}{audit.Systems.Skip(1).Select(system => Verdict(audit, system, segment))}</tr>

                """))}
            </tbody></table></div>
            """);
    }

    static SegmentFigures? Same(SystemAudit system, SegmentFigures segment) => system.Segments.FirstOrDefault(other => other.Dimension == segment.Dimension && other.Segment == segment.Segment);

    static Html Verdict(TeacherAudit audit, SystemAudit system, SegmentFigures segment)
    {
        string? verdict = audit.Inherited.FirstOrDefault(bias => bias.System == system.Name && bias.Dimension == segment.Dimension && bias.Segment == segment.Segment)?.Verdict;
        return Html.Of($"""<td class="{verdict switch { "reduced" => "better", "passed on" or "grew" => "worse", _ => "not" }}">{verdict ?? "–"}</td>""");
    }

    static Html Difference(SegmentFigures? segment) => segment?.Difference is not { } difference ? Html.Of($"<td>–</td>") : Html.Of(
        $"""<td class="{(segment.Shown ? "worse" : "not")}">{ResultTable.Signed(difference.Value)}<small>{ResultTable.Signed(difference.Low)} to {ResultTable.Signed(difference.High)}</small><small>q {Figure(segment.Q)}</small></td>""");

    static Html Segments(TeacherAudit audit, string dimension)
    {
        SegmentFigures[] segments = [.. audit.Systems[0].Segments.Where(segment => segment.Dimension == dimension)];
        return Html.Of($"""
            <h2>By {dimension}</h2>
            {SegmentBars.Draw("Difference of the error", dimension, [.. segments.Select(segment => (segment.Segment, (IReadOnlyList<Estimate?>)[.. audit.Systems.Select(system => Same(system, segment)?.Difference)]))], [.. audit.Systems.Select(system => system.Name)])}
            <details><summary>Figures</summary><div class="scroll"><table><thead><tr><th>segment</th><th>pairs</th>{audit.Systems.Select(system => Html.Of($"<th>{system.Name}: error</th><th>difference</th><th>over-recall</th><th>agreement</th>"))}</tr></thead><tbody>
            {segments.Select(segment => Html.Of($"""<tr><th scope="row">{segment.Segment}</th><td>{segment.Pairs}<small>{segment.Queries} queries</small></td>{audit.Systems.Select(system => Cells(Same(system, segment)))}</tr>"""))}
            </tbody></table></div></details>
            """);
    }

    static Html Cells(SegmentFigures? segment) => segment is null ? Html.Of($"""<td colspan="4">–</td>""") : Html.Of(
        $"""{Cell(segment.Error, "")}{Difference(segment)}{Cell(segment.OverRecall, segment.OverRecallQ is { } q ? $"q {ResultTable.Figure(q)}" : "")}<td>{Figure(segment.Agreement)}</td>""");

    static Html Cell(Estimate? estimate, string note) => estimate is not { } known ? Html.Of($"<td>–</td>") : Html.Of(
        $"""<td>{ResultTable.Figure(known.Value)}<small>{ResultTable.Figure(known.Low)} to {ResultTable.Figure(known.High)}</small><small>{note}</small></td>""");

    static Html Probes(TeacherAudit audit)
    {
        ProbeFigures[] probes = [.. audit.Systems.SelectMany(system => system.Probes).DistinctBy(probe => probe.Name)];
        return probes.Length == 0 ? Html.Of($"""<p class="quiet">No probe was asked for, or there was no model to ask.</p>""") : Html.Of($"""
            <div class="scroll"><table><thead><tr><th>change</th><th>expected</th>{audit.Systems.Select(system => Html.Of($"<th>{system.Name}: gain</th><th>order flips</th>"))}</tr></thead><tbody>
            {probes.Select(probe => Html.Of($"""<tr><th scope="row">{probe.Name}<small> {probe.Means}</small></th><td>{probe.Expected}<small>{probe.Pairs} pairs</small></td>{audit.Systems.Select(system => Probe(system.Probes.FirstOrDefault(same => same.Name == probe.Name)))}</tr>"""))}
            </tbody></table></div>
            """);
    }

    static Html Probe(ProbeFigures? probe)
    {
        if (probe?.Gain is not { } gain) return Html.Of($"<td>–</td><td>–</td>");
        bool sound = probe.Expected == "down" ? gain.High < 0 : gain is { Low: <= 0, High: >= 0 };
        return Html.Of($"""<td class="{(sound ? "not" : "worse")}">{ResultTable.Signed(gain.Value)}<small>{ResultTable.Signed(gain.Low)} to {ResultTable.Signed(gain.High)}</small></td>{Cell(probe.Flips, "")}""");
    }

    static Html Calibration(TeacherAudit audit) => Html.Of($"""
        <div class="scroll"><table><thead><tr><th>scores</th>{audit.Systems.Select(system => Html.Of($"<th>{system.Name}: calibration error</th><th>squared error</th><th>segments' error</th>"))}</tr></thead><tbody>
        {audit.Systems[0].Calibration.Select((row, at) => Html.Of($"""<tr><th scope="row">{string.Join(" / ", audit.Systems.Select(system => system.Calibration[at].Method).Distinct())}</th>{audit.Systems.Select(system => system.Calibration[at]).Select(figures => Html.Of($"<td>{ResultTable.Figure(figures.CalibrationError)}</td><td>{ResultTable.Figure(figures.SquaredError)}</td><td>{ResultTable.Figure(figures.SegmentError)}</td>"))}</tr>"""))}
        </tbody></table></div>
        """);

    static string Figure(double? value) => value is { } known ? ResultTable.Figure(known) : "–";
}
