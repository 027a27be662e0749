using System.Globalization;
using Attar.Models.Checkpoints;

namespace Attar.Evaluation.Report;

/// <summary>A metric against how long a shopper waits, on a logarithmic scale: up and to the left is better. Precisions of one model are joined.</summary>
static class TradeOff
{
    const int Width = 360, Height = 250, Left = 44, Right = 344, Top = 14, Bottom = 206, Line = 12, Letter = 6, Aside = 7;

    /// <param name="systems">In the order of the report, which their colours follow, with milliseconds for 100 candidates; those without, or without the metric, are left out.</param>
    public static Html Draw(string title, IReadOnlyList<(string Name, Estimate Estimate, double? Milliseconds)> systems)
    {
        (string Name, Estimate Estimate, double Time, int Place)[] points = [.. systems.Index()
            .Where(entry => double.IsFinite(entry.Item.Estimate.Value) && entry.Item.Milliseconds > 0)
            .Select(entry => (entry.Item.Name, entry.Item.Estimate, Math.Log10(entry.Item.Milliseconds!.Value), entry.Index % 6))];
        if (points.Length < 2) return default; // nothing to choose between
        var x = Axis.Around(points.Select(point => point.Time), Left + 6, Right - 6);
        var y = Axis.Around(points.SelectMany(point => (double[])[point.Estimate.Value, point.Estimate.Low, point.Estimate.High]), Bottom, Top);
        var ticks = y.Ticks(5).Select(tick => Html.Of(
            $"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 6}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var times = Times(x).Select(time => Html.Of(
            $"""<line class="grid" x1="{x.At(Math.Log10(time))}" x2="{x.At(Math.Log10(time))}" y1="{Top}" y2="{Bottom}"/><text class="tick" x="{x.At(Math.Log10(time))}" y="{Bottom + 16}" text-anchor="middle">{Short(time)}</text>"""));
        var joined = points.GroupBy(point => ModelReference.Parse(point.Name).Folder).Where(model => model.Skip(1).Any()).Select(model => Html.Of(
            $"""<path class="whisker s{model.First().Place}" stroke-dasharray="3 3" d="{string.Concat(model.OrderBy(point => point.Time).Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x.At(point.Time):0.#} {y.At(point.Estimate.Value):0.#}")))}"/>"""));
        double[] heights = Apart([.. points.Select(point => (IsRight(point.Time) ? x.At(point.Time) - Aside - Letter * point.Name.Length : x.At(point.Time) + Aside, point.Name.Length * Letter, y.At(point.Estimate.Value) - 8))]);
        var marks = points.Select((point, i) => Html.Of($"""
            <g class="s{point.Place}"><title>{point.Name}: {ResultTable.Figure(point.Estimate.Value)}, 95 % interval {ResultTable.Figure(point.Estimate.Low)} to {ResultTable.Figure(point.Estimate.High)}, {Short(Math.Pow(10, point.Time))} ms</title><line class="whisker" opacity=".35" x1="{x.At(point.Time)}" x2="{x.At(point.Time)}" y1="{y.At(point.Estimate.Low)}" y2="{y.At(point.Estimate.High)}"/><circle cx="{x.At(point.Time)}" cy="{y.At(point.Estimate.Value)}" r="4.5"/><text class="tick s{point.Place}" x="{x.At(point.Time) + (IsRight(point.Time) ? -Aside : Aside)}" y="{heights[i]}" text-anchor="{(IsRight(point.Time) ? "end" : "start")}">{point.Name}</text></g>
            """));
        return Html.Of($"""
            <figure><figcaption>{title} against milliseconds for 100 candidates</figcaption>
            <svg viewBox="0 0 {Width} {Height - 24}" role="img" aria-label="{title} against milliseconds for 100 candidates">
            {ticks}{times}{joined}{marks}
            </svg></figure>

            """);

        bool IsRight(double time) => x.At(time) > (Left + Right) / 2;
    }

    /// <summary>1, 2 and 5 times the powers of ten within the axis.</summary>
    static IEnumerable<double> Times(Axis x)
    {
        for (int power = (int)Math.Floor(x.Low); power <= x.High; power++)
            foreach (double factor in (double[])[1, 2, 5])
                if (factor * Math.Pow(10, power) is var time && Math.Log10(time) >= x.Low && Math.Log10(time) <= x.High) yield return time;
    }

    /// <summary>Heights of names so that none lies over another.</summary>
    static double[] Apart((double From, double Width, double Y)[] names)
    {
        int[] order = [.. Enumerable.Range(0, names.Length).OrderBy(i => names[i].Y)];
        for (int i = 1; i < order.Length; i++)
            foreach (int above in order[..i].OrderBy(place => names[place].Y))
            {
                ref var name = ref names[order[i]];
                bool beside = names[above].From < name.From + name.Width && name.From < names[above].From + names[above].Width;
                if (beside && Math.Abs(names[above].Y - name.Y) < Line) name.Y = names[above].Y + Line;
            }
        return [.. names.Select(name => name.Y)];
    }

    /// <summary><c>.25</c>, <c>8.2</c>, <c>130</c>.</summary>
    static string Short(double milliseconds) => milliseconds.ToString(milliseconds < 1 ? ".##" : milliseconds < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
