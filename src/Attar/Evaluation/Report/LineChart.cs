using System.Globalization;
using System.Text;

namespace Attar.Evaluation.Report;

/// <summary>One quantity over the steps of a training.</summary>
static class LineChart
{
    const int Width = 360, Height = 170, Left = 44, Right = 350, Top = 8, Bottom = 142;

    /// <param name="smooth">Draw the points faintly and their moving average over them: a loss jumps from batch to batch.</param>
    /// <param name="total">The last step there will be, where more are to come.</param>
    public static Html Draw(string title, IReadOnlyList<(double Step, double Value)> points, bool smooth, int total = 0)
    {
        var thinned = Thin(points, 300);
        var x = new Axis(0, Math.Max(Math.Max(1, total), points[^1].Step), Left, Right);
        var y = Axis.Around(thinned.Select(point => point.Value), Bottom, Top);
        var ticks = y.Ticks(4).Select(tick => Html.Of(
            $"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 6}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var steps = x.Ticks(4).Select(tick => Html.Of(
            $"""<text class="tick" x="{x.At(tick.Value)}" y="{Bottom + 18}" text-anchor="{(tick.Value == 0 ? "start" : tick.Value > .9 * x.High ? "end" : "middle")}">{tick.Label}</text>"""));
        var dots = smooth ? [] : thinned.Select(point => Html.Of($"""<circle class="s3" cx="{x.At(point.Step)}" cy="{y.At(point.Value)}" r="3"/>"""));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title} by step">
            {ticks}{steps}<path class="line{(smooth ? " faint" : "")}" d="{Path(thinned, x, y)}"/>{(smooth ? Html.Of($"""<path class="line" d="{Path(Average(thinned), x, y)}"/>""") : default)}{dots}{Tips(Thin(points, 60), x, y)}
            </svg></figure>

            """);
    }

    /// <summary>What stands above the pointer: strips side by side, each with the figure of its steps.</summary>
    static IEnumerable<Html> Tips(List<(double Step, double Value)> points, Axis x, Axis y)
    {
        double Between(int a, int b) => (x.At(points[a].Step) + x.At(points[b].Step)) / 2;
        return points.Select((point, i) => (From: i == 0 ? Left : Between(i - 1, i), To: i == points.Count - 1 ? x.At(point.Step) + 3 : Between(i, i + 1), point)).Select(strip => Html.Of(
            $"""<g class="at"><title>step {strip.point.Step:0}: {strip.point.Value:0.0000}</title><rect x="{strip.From}" y="{Top}" width="{strip.To - strip.From}" height="{Bottom - Top}"/><circle cx="{x.At(strip.point.Step)}" cy="{y.At(strip.point.Value)}" r="3.5"/></g>"""));
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
