using Attar.Evaluation.Report;

namespace Attar.Evaluation.Promotion;

/// <summary>How two systems fare by segment, a row each.</summary>
static class SegmentTable
{
    public static Html Draw(IReadOnlyList<SegmentChange> segments, string old, string now) => segments.Count == 0 ? Html.Of($"""<p class="quiet">No segment has enough queries.</p>""") : Html.Of($"""
        <div class="scroll" tabindex="0" role="region" aria-label="By segment"><table><thead><tr><th scope="col">segment</th><th scope="col">queries</th><th scope="col">{old}</th><th scope="col">{now}</th><th scope="col">difference</th><th scope="col">95 %</th><th scope="col">q</th><th scope="col">verdict</th></tr></thead><tbody>
        {segments.Select(one => Html.Of($"""<tr><th scope="row">{one.Of}: {one.Segment}</th><td>{one.Queries}</td><td>{ResultTable.Figure(one.Old)}</td><td>{ResultTable.Figure(one.New)}</td><td>{ResultTable.Signed(one.Difference)}</td><td>{ResultTable.Signed(one.Low)} to {ResultTable.Signed(one.High)}</td><td>{ResultTable.Figure(one.Q)}</td><td class="{(one.Verdict == Comparison.NotShown ? "not" : one.Verdict)}">{one.Verdict}</td></tr>"""))}
        </tbody></table></div>
        """);
}
