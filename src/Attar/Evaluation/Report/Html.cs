using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Attar.Evaluation.Report;

/// <summary>
/// Markup that is safe to write out. It comes from an interpolated string (<see cref="Of"/>), in which text is escaped
/// and other markup is not, so a product title cannot become a tag.
/// </summary>
public readonly struct Html
{
    readonly string? text;

    Html(string text) => this.text = text;

    public static Html Of(HtmlBuilder markup) => new(markup.Text);

    /// <summary>The project's own text, as it stands: the style sheet.</summary>
    internal static Html Trusted(string markup) => new(markup);

    public static Html Join(string separator, IEnumerable<Html> parts) => new(string.Join(separator, parts));

    public override string ToString() => text ?? "";
}

/// <summary>What <c>Html.Of($"...")</c> compiles to.</summary>
[InterpolatedStringHandler]
public readonly struct HtmlBuilder(int literalLength, int formattedCount)
{
    readonly StringBuilder builder = new(literalLength + 16 * formattedCount);

    internal string Text => builder.ToString();

    public void AppendLiteral(string markup) => builder.Append(markup);

    public void AppendFormatted(Html markup) => builder.Append(markup);

    public void AppendFormatted(IEnumerable<Html> parts) => builder.AppendJoin("", parts);

    public void AppendFormatted(string text) => AppendEscaped(text);

    public void AppendFormatted(int number) => builder.Append(CultureInfo.InvariantCulture, $"{number}");

    /// <summary>Numbers mostly place things in a drawing, so a hundredth of a unit is enough.</summary>
    public void AppendFormatted(double number, string format = "0.##") => AppendEscaped(number.ToString(format, CultureInfo.InvariantCulture));

    void AppendEscaped(string text)
    {
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate becomes U+FFFD
        {
            switch (rune.Value)
            {
                case '&': builder.Append("&amp;"); break;
                case '<': builder.Append("&lt;"); break;
                case '>': builder.Append("&gt;"); break;
                case '"': builder.Append("&quot;"); break;
                case '\'': builder.Append("&#39;"); break;
                default: builder.Append(Rune.IsControl(rune) ? " " : rune.ToString()); break;
            }
        }
    }
}
