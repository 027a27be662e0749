using System.Globalization;
using Attar.Models.Checkpoints;
using Attar.Tensors.Kernels;

namespace Attar.Evaluation.Report;

/// <summary>A metric against how long a shopper waits, on a logarithmic scale: up and to the left is better. A model has one colour in all precisions, which a line joins.</summary>
static class TradeOff
{
    const int Width = 360, Left = 44, Right = 350, Height = 190, Row = 16, Letter = 7, Colours = 6;

    /// <param name="systems">Baseline first, with milliseconds for 100 candidates; those without, or without the metric, are left out.</param>
    public static Html Draw(string title, IReadOnlyList<(string Name, Estimate Estimate, double? Milliseconds)> systems)
    {
        Point[] points = [.. systems.Where(system => double.IsFinite(system.Estimate.Value) && system.Milliseconds > 0)
            .Select(system => new Point(ModelReference.Parse(system.Name), system.Estimate, system.Milliseconds!.Value))];
        if (points.Length < 2) return default; // nothing to choose between
        IGrouping<string, Point>[] models = [.. points.GroupBy(point => point.System.Folder)];
        (double X, double Y)[] keys = Keys([.. models.Select(model => model.Key)]);
        double top = keys[^1].Y + 20, bottom = top + Height;
        var x = Axis.Around(points.Select(point => Math.Log10(point.Milliseconds)), Left + 6, Right - 6);
        var y = Axis.Around(points.Select(point => point.Estimate.Value), bottom - 12, top + 12);
        var ticks = y.Ticks(5).Select(tick => Html.Of(
            $"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 6}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var times = Times(x).Select(time => Html.Of(
            $"""<line class="grid" x1="{At(time)}" x2="{At(time)}" y1="{top}" y2="{bottom}"/><text class="tick" x="{At(time)}" y="{bottom + 16}" text-anchor="middle">{Short(time)}</text>"""));
        var drawn = models.Select((model, place) => Html.Of($"""
            <g class="s{place % Colours}"><circle cx="{keys[place].X + 4}" cy="{keys[place].Y - 4}" r="4"/><text class="name" x="{keys[place].X + 12}" y="{keys[place].Y}">{model.Key}</text>{Line(model)}{model.Select(point => Dot(point, place, alone: model.Count() == 1))}</g>
            """));
        return Html.Of($"""
            <figure><figcaption>{title} against milliseconds for 100 candidates</figcaption>
            <svg viewBox="0 0 {Width} {bottom + 22}" role="img" aria-label="{title} against milliseconds for 100 candidates">
            {ticks}{times}{drawn}
            </svg></figure>

            """);

        double At(double milliseconds) => x.At(Math.Log10(milliseconds));

        Html Line(IEnumerable<Point> model) => model.Skip(1).Any() ? Html.Of(
            $"""<path class="whisker" stroke-dasharray="3 3" d="{string.Concat(model.OrderBy(point => point.Milliseconds).Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{At(point.Milliseconds):0.#} {y.At(point.Estimate.Value):0.#}")))}"/>""") : default;

        // Bits stand below the first model's dots, above the second's, and so on: models of one quality keep apart.
        Html Dot(Point point, int place, bool alone) => Html.Of(
            $"""<g><title>{point.System.ToString()}: {ResultTable.Figure(point.Estimate.Value)}, 95 % interval {ResultTable.Figure(point.Estimate.Low)} to {ResultTable.Figure(point.Estimate.High)}, {Short(point.Milliseconds)} ms</title><circle cx="{At(point.Milliseconds)}" cy="{y.At(point.Estimate.Value)}" r="4.5"/><text class="tick" x="{At(point.Milliseconds)}" y="{y.At(point.Estimate.Value) + (place % 2 == 0 ? 16 : -8)}" text-anchor="middle">{(alone ? "" : point.Bits)}</text></g>""");
    }

    sealed record Point(ModelReference System, Estimate Estimate, double Milliseconds)
    {
        public string Bits => System.Precision switch { Precision.Int8 => "8", Precision.BFloat16 => "16", _ => "32" };
    }

    /// <summary>Where the names of the models stand: in rows, as many as have room.</summary>
    static (double X, double Y)[] Keys(string[] names)
    {
        var places = new (double X, double Y)[names.Length];
        (double x, double y) = (0, Row);
        for (int i = 0; i < names.Length; i++)
        {
            double width = 24 + Letter * names[i].Length;
            if (x > 0 && x + width > Width) (x, y) = (0, y + Row);
            places[i] = (x, y);
            x += width;
        }
        return places;
    }

    /// <summary>1, 2 and 5 times the powers of ten within the axis.</summary>
    static IEnumerable<double> Times(Axis x)
    {
        for (int power = (int)Math.Floor(x.Low); power <= x.High; power++)
            foreach (double factor in (double[])[1, 2, 5])
                if (factor * Math.Pow(10, power) is var time && Math.Log10(time) >= x.Low && Math.Log10(time) <= x.High) yield return time;
    }

    /// <summary><c>.25</c>, <c>8.2</c>, <c>130</c>.</summary>
    static string Short(double milliseconds) => milliseconds.ToString(milliseconds < 1 ? ".##" : milliseconds < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
