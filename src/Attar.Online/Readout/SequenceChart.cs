using System.Globalization;
using System.Text;
using Attar.Evaluation;
using Attar.Evaluation.Report;

namespace Attar.Online.Readout;

/// <summary>The deciding figure day by day, in the band that holds at every look.</summary>
public static class SequenceChart
{
    const int Width = 560, Height = 200, Left = 56, Right = 548, Top = 10, Bottom = 168;

    /// <param name="none">Where there is no difference: .5 for a share, 0 for a difference.</param>
    public static Html Draw(string title, IReadOnlyList<DayReport> days, double none)
    {
        DayReport[] known = [.. days.Where(day => double.IsFinite(day.Always.Low))];
        if (known.Length == 0) return Html.Of($"""<p class="soft">{title}: nothing is ruled out yet.</p>""");
        var y = Axis.Around([none, .. known.SelectMany(day => (double[])[day.Always.Low, day.Always.High])], Bottom, Top);
        double At(int place) => known.Length == 1 ? (Left + Right) / 2.0 : Left + 14 + (Right - Left - 28.0) * place / (known.Length - 1);
        var ticks = y.Ticks(5).Select(tick => Html.Of($"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 8}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        int every = Math.Max(1, known.Length / 6);
        var dates = known.Index().Where(day => day.Index % every == 0).Select(day => Html.Of($"""<text class="tick" x="{At(day.Index)}" y="{Bottom + 20}" text-anchor="middle">{day.Item.Day.ToString("d MMM", CultureInfo.InvariantCulture)}</text>"""));
        var whiskers = known.Index().Select(day => Html.Of($"""<g class="day"><title>{Tip(day.Item)}</title><path class="whisker" d="M{At(day.Index)} {y.At(day.Item.Always.Low)}V{y.At(day.Item.Always.High)}"/><circle cx="{At(day.Index)}" cy="{y.At(day.Item.Value)}" r="4"/></g>"""));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{title}: {Tip(known[^1])}">
            {ticks}{dates}<line class="none" x1="{Left}" x2="{Right}" y1="{y.At(none)}" y2="{y.At(none)}"/><path class="band" d="{Band(known, At, y)}"/>{whiskers}
            </svg></figure>

            """);
    }

    static string Tip(DayReport day) => string.Create(CultureInfo.InvariantCulture, $"up to {day.Day:d MMM yyyy} {ResultTable.Figure(day.Value)}, between {ResultTable.Figure(day.Always.Low)} and {ResultTable.Figure(day.Always.High)}, p {ResultTable.Figure(day.P)}");

    static string Band(DayReport[] days, Func<int, double> at, Axis y)
    {
        var path = new StringBuilder();
        for (int i = 0; i < days.Length; i++) path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{at(i):0.#} {y.At(days[i].Always.Low):0.#}");
        for (int i = days.Length - 1; i >= 0; i--) path.Append(CultureInfo.InvariantCulture, $"L{at(i):0.#} {y.At(days[i].Always.High):0.#}");
        return path.Append('Z').ToString();
    }
}
