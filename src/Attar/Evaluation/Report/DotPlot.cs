namespace Attar.Evaluation.Report;

/// <summary>One metric: a dot a system, whiskers for its 95 % interval.</summary>
static class DotPlot
{
    const int Width = 360, Row = 30, Left = 104, Right = 344, Top = 10;

    public static Html Draw(string title, IReadOnlyList<(string Name, Estimate Estimate)> systems)
    {
        var x = Axis.Around(systems.SelectMany(system => (double[])[system.Estimate.Value, system.Estimate.Low, system.Estimate.High]), Left, Right);
        int bottom = Top + Row * systems.Count;
        var ticks = x.Ticks(4).Select(tick => Html.Of(
            $"""<line class="grid" x1="{x.At(tick.Value)}" x2="{x.At(tick.Value)}" y1="{Top}" y2="{bottom}"/><text class="tick" x="{x.At(tick.Value)}" y="{bottom + 16}" text-anchor="middle">{tick.Label}</text>"""));
        var rows = systems.Select((system, row) => Draw(system.Name, system.Estimate, row, x));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption>
            <svg viewBox="0 0 {Width} {bottom + 22}" role="img" aria-label="{title} by system with 95 % intervals">
            {ticks}{rows}
            </svg></figure>

            """);
    }

    static Html Draw(string name, Estimate estimate, int row, Axis x)
    {
        double y = Top + Row * (row + .5);
        Html label = Html.Of($"""<text class="name" x="{Left - 10}" y="{y + 4}" text-anchor="end">{name}</text>""");
        if (!double.IsFinite(estimate.Value)) return label;
        Html whisker = double.IsFinite(estimate.Low)
            ? Html.Of($"""<path class="whisker" d="M{x.At(estimate.Low)} {y}H{x.At(estimate.High)}M{x.At(estimate.Low)} {y - 4}v8M{x.At(estimate.High)} {y - 4}v8"/>""")
            : default;
        string tip = $"{name}: {ResultTable.Figure(estimate.Value)}, 95 % interval {ResultTable.Figure(estimate.Low)} to {ResultTable.Figure(estimate.High)}";
        return Html.Of($"""<g class="s{row % 6}"><title>{tip}</title>{label}{whisker}<circle cx="{x.At(estimate.Value)}" cy="{y}" r="5.5"/></g>""");
    }
}
