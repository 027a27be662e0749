using System.Globalization;
using System.Text;

namespace Attar.Evaluation.Report;

/// <summary>How one system's scores spread over relevant and irrelevant pairs: the further apart, the better a threshold works.</summary>
static class Histogram
{
    const int Width = 360, Height = 120, Left = 12, Right = 348, Top = 6, Bottom = 92, Bins = 40;

    /// <param name="scores">(pairs)</param>
    /// <param name="positive">(pairs)</param>
    public static Html Draw(string title, float[] scores, bool[] positive)
    {
        var x = Axis.Around(scores.Select(score => (double)score), Left, Right);
        (double[] relevant, double[] other) = (new double[Bins], new double[Bins]);
        for (int i = 0; i < scores.Length; i++)
            (positive[i] ? relevant : other)[Math.Clamp((int)((scores[i] - x.Low) / (x.High - x.Low) * Bins), 0, Bins - 1)]++;
        Share(relevant);
        Share(other);
        double top = relevant.Concat(other).Max();
        var ticks = x.Ticks(5).Select(tick => Html.Of($"""<text class="tick" x="{x.At(tick.Value)}" y="{Bottom + 18}" text-anchor="middle">{tick.Label}</text>"""));
        return Html.Of($"""
            <figure><figcaption>{title}</figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="Scores of {title}: relevant and other pairs">
            <path class="other" d="{Outline(other, top)}"/><path class="relevant" d="{Outline(relevant, top)}"/><line class="axis" x1="{Left}" x2="{Right}" y1="{Bottom}" y2="{Bottom}"/>{ticks}
            </svg></figure>

            """);
    }

    static void Share(double[] counts)
    {
        double total = Math.Max(1, counts.Sum());
        for (int i = 0; i < counts.Length; i++) counts[i] /= total;
    }

    static string Outline(double[] shares, double top)
    {
        var path = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"M{Left} {Bottom}"));
        double width = (Right - Left) / (double)Bins;
        for (int bin = 0; bin < Bins; bin++)
            path.Append(CultureInfo.InvariantCulture, $"V{Bottom - shares[bin] / top * (Bottom - Top):0.#}H{Left + (bin + 1) * width:0.#}");
        return path.Append(CultureInfo.InvariantCulture, $"V{Bottom}Z").ToString();
    }
}
