using Attar.Evaluation.Report;

namespace Attar.Evaluation.Audit;

/// <summary>Differences of the segments of one dimension: a dot a system with its interval, left or right of the line of no difference.</summary>
static class SegmentBars
{
    const int Width = 440, Left = 180, Right = 428, Line = 12, Gap = 8, Top = 8;

    /// <param name="title">What differs.</param>
    /// <param name="segments">With one difference a system.</param>
    public static Html Draw(string title, string dimension, IReadOnlyList<(string Name, IReadOnlyList<Estimate?> Differences)> segments, IReadOnlyList<string> systems)
    {
        var x = Axis.Around(segments.SelectMany(segment => segment.Differences).OfType<Estimate>().SelectMany(estimate => (double[])[estimate.Low, estimate.High]).Append(0), Left, Right);
        int row = Line * systems.Count + Gap, bottom = Top + row * segments.Count;
        return Html.Of($"""
            <figure><figcaption>{title} {systems.Select((system, i) => Html.Of($"""<span class="s{i + 1}">● {system}</span> """))}</figcaption>
            <svg viewBox="0 0 {Width} {bottom + 22}" role="img" aria-label="{title} by {dimension}">
            {x.Ticks(4).Select(tick => Html.Of($"""<line class="grid" x1="{x.At(tick.Value)}" x2="{x.At(tick.Value)}" y1="{Top}" y2="{bottom}"/><text class="tick" x="{x.At(tick.Value)}" y="{bottom + 16}" text-anchor="middle">{tick.Label}</text>"""))}
            <line class="zero" x1="{x.At(0)}" x2="{x.At(0)}" y1="{Top}" y2="{bottom}"/>
            {segments.Select((segment, s) => Html.Of($"""
                <text class="name" x="{Left - 10}" y="{Top + s * row + row / 2.0 + 4}" text-anchor="end">{Short(segment.Name)}</text>{segment.Differences.Select((difference, i) => Dot(segment.Name, difference, i, Top + s * row + Gap / 2.0 + Line * (i + .5), x))}

                """))}
            </svg></figure>
            """);
    }

    static Html Dot(string segment, Estimate? difference, int system, double y, Axis x) => difference is not { } at ? default : Html.Of(
        $"""<g class="s{system + 1}"><title>{segment}: {ResultTable.Signed(at.Value)}, 95 % interval {ResultTable.Signed(at.Low)} to {ResultTable.Signed(at.High)}</title><path class="whisker" d="M{x.At(at.Low)} {y}H{x.At(at.High)}"/><circle cx="{x.At(at.Value)}" cy="{y}" r="4"/></g>""");

    static string Short(string name) => name.Length <= 25 ? name : name[..24] + "…";
}
