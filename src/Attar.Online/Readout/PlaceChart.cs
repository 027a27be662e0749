using System.Globalization;
using Attar.Evaluation.Report;

namespace Attar.Online.Readout;

/// <summary>How often each place of the list is clicked.</summary>
public static class PlaceChart
{
    const int Width = 560, Height = 170, Left = 56, Right = 548, Top = 10, Bottom = 138;

    public static Html Draw(IReadOnlyList<PlaceReport> places)
    {
        if (places.Count == 0) return default;
        var y = new Axis(0, Math.Max(1e-6, places.Max(place => place.Within.High)), Bottom, Top);
        double wide = (Right - Left) / (double)places.Count;
        var ticks = y.Ticks(4).Select(tick => Html.Of($"""<line class="grid" x1="{Left}" x2="{Right}" y1="{y.At(tick.Value)}" y2="{y.At(tick.Value)}"/><text class="tick" x="{Left - 8}" y="{y.At(tick.Value) + 4}" text-anchor="end">{tick.Label}</text>"""));
        var bars = places.Index().Select(place => Html.Of($"""<g><title>{Tip(place.Item)}</title><rect class="bar-of" x="{Left + wide * place.Index + wide * .15}" width="{wide * .7}" y="{y.At(place.Item.Share)}" height="{Bottom - y.At(place.Item.Share)}"/></g>"""));
        var numbers = places.Index().Where(place => place.Item.Place == 1 || place.Item.Place % 5 == 0).Select(place => Html.Of($"""<text class="tick" x="{Left + wide * (place.Index + .5)}" y="{Bottom + 18}" text-anchor="middle">{place.Item.Place}</text>"""));
        return Html.Of($"""
            <figure><figcaption>Clicks by place, all arms together</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="Share of lists whose place was clicked: {Tip(places[0])}; {Tip(places[^1])}">
            {ticks}{bars}{numbers}
            </svg></figure>

            """);
    }

    static string Tip(PlaceReport place) => string.Create(CultureInfo.InvariantCulture, $"place {place.Place}: {place.Share:0.0%}, {place.Clicked:N0} of {place.Shown:N0}");
}
