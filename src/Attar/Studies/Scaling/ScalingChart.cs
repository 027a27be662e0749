using System.Globalization;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Studies.Scaling;

/// <param name="Judged">Whether it went on to learn from the judgments too.</param>
/// <param name="Seeds">Of the students one by one, where they are known.</param>
sealed record ScalingPoint(long Labels, bool Judged, Estimate Figure, IReadOnlyList<double> Seeds);

/// <summary>A metric against the number of labels, which grows by factors; other systems are lines across.</summary>
static class ScalingChart
{
    const int Width = 360, Height = 250, Left = 44, Right = 236, Top = 8, Bottom = 214;

    static readonly int[] colours = [0, 1, 2, 4]; // of the lines across; 3 and 5 are the students'

    /// <param name="points">Of the labels alone first, each line by its number of labels.</param>
    /// <param name="across">Other systems and their figures.</param>
    public static Html Draw(string title, IReadOnlyList<ScalingPoint> points, IReadOnlyList<(string Name, double Value, int Colour)> across)
    {
        across = [.. across.Where(line => double.IsFinite(line.Value))];
        bool two = points.Any(point => point.Judged);
        var x = Axis.Around(points.Select(point => Math.Log10(point.Labels)), Left, Right);
        double[] own = [.. points.SelectMany(point => (double[])[point.Figure.Low, point.Figure.High, .. point.Seeds]).Where(double.IsFinite)];
        var y = Axis.Around([.. own, .. across.Select(line => line.Value).Where(IsNear)], Bottom, Top);
        var ticks = y.Ticks(5).Select(tick => Html.Of(
            $"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 6}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var sizes = points.Where(point => !point.Judged).Select(point => Html.Of($"""<text class="tick" x="{Size(point)}" y="{Bottom + 18}" text-anchor="middle">{Short(point.Labels)}</text>"""));
        double[] labels = Apart([.. across.Select(line => Math.Clamp(y.At(line.Value), Top, Bottom))]);
        var others = across.Select((line, i) => IsNear(line.Value)
            ? Html.Of($"""<line class="whisker s{line.Colour}" x1="{Left}" x2="{Right}" y1="{y.At(line.Value)}" y2="{y.At(line.Value)}" stroke-dasharray="4 3"/><text class="tick s{line.Colour}" x="{Right + 6}" y="{labels[i] + 4}">{line.Name}</text>""")
            : Html.Of($"""<text class="tick s{line.Colour}" x="{Right + 6}" y="{labels[i] + 4}">{line.Name} {ResultTable.Figure(line.Value)} {(line.Value < y.Low ? "↓" : "↑")}</text>"""));
        var marks = points.Select(point => Html.Of($"""
            <g><title>{point.Labels.ToString("N0", CultureInfo.InvariantCulture)} labels{(point.Judged ? ", then the judgments" : "")}: {ResultTable.Figure(point.Figure.Value)}, 95 % interval {ResultTable.Figure(point.Figure.Low)} to {ResultTable.Figure(point.Figure.High)}</title><line class="whisker {Colour(point)}" x1="{At(point)}" x2="{At(point)}" y1="{y.At(point.Figure.Low)}" y2="{y.At(point.Figure.High)}"/><circle class="{Colour(point)}" cx="{At(point)}" cy="{y.At(point.Figure.Value)}" r="4"/>{point.Seeds.Select(seed => Html.Of($"""<circle class="{Colour(point)}" cx="{At(point) + (Aside(point) < 0 ? -7 : 7)}" cy="{y.At(seed)}" r="1.6"/>"""))}</g>
            """));
        var paths = points.GroupBy(point => point.Judged).Select(line => Html.Of($"""<path class="line {Colour(line.First())}" d="{string.Concat(line.Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{At(point):0.#} {y.At(point.Figure.Value):0.#}")))}"/>"""));
        return Html.Of($"""
            <figure><figcaption>{title} by number of labels</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title} by number of labels">
            {ticks}{sizes}{others}{paths}{marks}
            </svg></figure>

            """);

        // Farther from the students than these are from each other, a line would flatten their curve: it is only named, with its figure.
        bool IsNear(double value) => own.Length == 0 || (value >= own.Min() - (own.Max() - own.Min()) && value <= own.Max() + (own.Max() - own.Min()));
        static string Colour(ScalingPoint point) => point.Judged ? "s5" : "s3";
        double Aside(ScalingPoint point) => !two ? 0 : point.Judged ? 3 : -3; // so that the whiskers of two curves stand beside one another
        double Size(ScalingPoint point) => x.At(Math.Log10(point.Labels));
        double At(ScalingPoint point) => Size(point) + Aside(point);
    }

    /// <summary>The colour of the <paramref name="place"/>th line across.</summary>
    public static int ColourOf(int place) => colours[place % colours.Length];

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
