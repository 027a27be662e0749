using System.Globalization;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies.Scaling;

/// <summary>A metric against the number of labels, which grows by factors; other systems are lines across.</summary>
static class ScalingChart
{
    const int Width = 360, Height = 250, Left = 44, Right = 236, Top = 8, Bottom = 214;

    static readonly int[] colours = [0, 1, 2, 4]; // of the lines across; 3 and 5 are the students'

    /// <param name="lines">Figures of systems measured elsewhere: by name, then by metric.</param>
    public static Html Draw(string title, string metric, ScalingCurve curve, IReadOnlyDictionary<string, Dictionary<string, double>> lines)
    {
        SeedMean[] points = [.. curve.Lines.SelectMany(line => line)];
        (string Name, double Value, int Colour)[] across =
        [
            .. curve.Systems.Where(system => points.All(point => point.Name != system.Name)).Select((system, place) => (system.Name, system.Result.Metrics[metric].Value, colours[place % colours.Length])),
            .. lines.Where(line => line.Value.ContainsKey(metric)).Select(line => (line.Key, line.Value[metric], 0)),
        ];
        across = [.. across.Where(line => double.IsFinite(line.Value))];
        var x = Axis.Around(points.Select(point => Math.Log10(curve.LabelsOf(point))), Left, Right);
        double[] own = [.. points.SelectMany(point => (double[])[Of(point.Mean).Low, Of(point.Mean).High, .. point.Seeds.Select(seed => Of(seed).Value)]).Where(double.IsFinite)];
        var y = Axis.Around([.. own, .. across.Select(line => line.Value).Where(IsNear)], Bottom, Top);
        var ticks = y.Ticks(5).Select(tick => Html.Of(
            $"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 6}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var sizes = curve.Lines[0].Select(point => Html.Of($"""<text class="tick" x="{Size(point)}" y="{Bottom + 18}" text-anchor="middle">{Short(curve.LabelsOf(point))}</text>"""));
        double[] labels = Apart([.. across.Select(line => Math.Clamp(y.At(line.Value), Top, Bottom))]);
        var others = across.Select((line, i) => IsNear(line.Value)
            ? Html.Of($"""<line class="whisker s{line.Colour}" x1="{Left}" x2="{Right}" y1="{y.At(line.Value)}" y2="{y.At(line.Value)}" stroke-dasharray="4 3"/><text class="tick s{line.Colour}" x="{Right + 6}" y="{labels[i] + 4}">{line.Name}</text>""")
            : Html.Of($"""<text class="tick s{line.Colour}" x="{Right + 6}" y="{labels[i] + 4}">{line.Name} {ResultTable.Figure(line.Value)} {(line.Value < y.Low ? "↓" : "↑")}</text>"""));
        var marks = points.Select(point => Html.Of($"""
            <line class="whisker {Colour(point)}" x1="{At(point)}" x2="{At(point)}" y1="{y.At(Of(point.Mean).Low)}" y2="{y.At(Of(point.Mean).High)}"/><circle class="{Colour(point)}" cx="{At(point)}" cy="{y.At(Of(point.Mean).Value)}" r="4"/>{point.Seeds.Select(seed => Html.Of($"""<circle class="{Colour(point)}" cx="{At(point) + (Aside(point) < 0 ? -7 : 7)}" cy="{y.At(Of(seed).Value)}" r="1.6"/>"""))}
            """));
        var paths = curve.Lines.Select(line => Html.Of($"""<path class="line {Colour(line[0])}" d="{string.Concat(line.Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{At(point):0.#} {y.At(Of(point.Mean).Value):0.#}")))}"/>"""));
        return Html.Of($"""
            <figure><figcaption>{title} by number of labels</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title} by number of labels">
            {ticks}{sizes}{others}{paths}{marks}
            </svg></figure>

            """);

        // Farther from the students than these are from each other, a line would flatten their curve: it is only named, with its figure.
        bool IsNear(double value) => own.Length == 0 || (value >= own.Min() - (own.Max() - own.Min()) && value <= own.Max() + (own.Max() - own.Min()));
        static string Colour(SeedMean point) => point.Learner.After is null ? "s3" : "s5";
        Estimate Of(SystemScores system) => system.Result.Metrics[metric];
        double Aside(SeedMean point) => curve.Lines.Count == 1 ? 0 : point.Learner.After is null ? -3 : 3; // so that the whiskers of two curves stand beside one another
        double Size(SeedMean point) => x.At(Math.Log10(curve.LabelsOf(point)));
        double At(SeedMean point) => Size(point) + Aside(point);
    }

    /// <summary>Places moved so that no two labels lie over one another.</summary>
    static double[] Apart(double[] places)
    {
        const double Height = 13;
        double[] moved = [.. places];
        int[] order = [.. Enumerable.Range(0, places.Length).OrderBy(i => places[i])];
        for (int i = 1; i < order.Length; i++) moved[order[i]] = Math.Max(moved[order[i]], moved[order[i - 1]] + Height);
        return moved;
    }

    /// <summary><c>850</c>, <c>51k</c>, <c>1.5M</c>.</summary>
    static string Short(long pairs) => pairs switch
    {
        < 1_000 => pairs.ToString(CultureInfo.InvariantCulture),
        < 1_000_000 => (pairs / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => (pairs / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + "M",
    };
}
