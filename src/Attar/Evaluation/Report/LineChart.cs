using System.Globalization;
using System.Text;

namespace Attar.Evaluation.Report;

/// <summary>One quantity over the steps of a training.</summary>
static class LineChart
{
    const int Width = 360, Height = 170, Left = 44, Right = 350, Top = 8, Bottom = 142;

    /// <param name="smooth">Draw the points faintly and their moving average over them: a loss jumps from batch to batch.</param>
    public static Html Draw(string title, IReadOnlyList<(double Step, double Value)> points, bool smooth)
    {
        var thinned = Thin(points, 300);
        var x = Axis.Around([0, points[^1].Step], Left, Right) with { Low = 0, High = Math.Max(1, points[^1].Step) };
        var y = Axis.Around(thinned.Select(point => point.Value), Bottom, Top);
        var ticks = y.Ticks(4).Select(tick => Html.Of(
            $"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 6}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var steps = x.Ticks(4).Select(tick => Html.Of(
            $"""<text class="tick" x="{x.At(tick.Value)}" y="{Bottom + 18}" text-anchor="{(tick.Value == 0 ? "start" : tick.Value > .9 * x.High ? "end" : "middle")}">{tick.Label}</text>"""));
        var dots = smooth ? [] : thinned.Select(point => Html.Of($"""<circle class="s3" cx="{x.At(point.Step)}" cy="{y.At(point.Value)}" r="3"/>"""));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title} by step">
            {ticks}{steps}<path class="line{(smooth ? " faint" : "")}" d="{Path(thinned, x, y)}"/>{(smooth ? Html.Of($"""<path class="line" d="{Path(Average(thinned), x, y)}"/>""") : default)}{dots}
            </svg></figure>

            """);
    }

    static string Path(IEnumerable<(double Step, double Value)> points, Axis x, Axis y)
    {
        var path = new StringBuilder();
        foreach ((double step, double value) in points)
            path.Append(CultureInfo.InvariantCulture, $"{(path.Length == 0 ? 'M' : 'L')}{x.At(step):0.#} {y.At(value):0.#}");
        return path.ToString();
    }

    /// <summary>At most so many points, each the mean of its neighbours.</summary>
    static List<(double Step, double Value)> Thin(IReadOnlyList<(double Step, double Value)> points, int most)
    {
        int size = (points.Count + most - 1) / most;
        return [.. points.Chunk(size).Select(chunk => (chunk.Average(point => point.Step), chunk.Average(point => point.Value)))];
    }

    static IEnumerable<(double Step, double Value)> Average(List<(double Step, double Value)> points)
    {
        int half = points.Count / 30;
        for (int i = 0; i < points.Count; i++)
        {
            int around = Math.Min(half, Math.Min(i, points.Count - 1 - i)); // symmetric, so that the ends are not bent
            yield return (points[i].Step, points.Skip(i - around).Take(2 * around + 1).Average(point => point.Value));
        }
    }
}
