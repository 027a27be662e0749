using System.Globalization;
using System.Text.RegularExpressions;

namespace Attar.Data.Import;

/// <summary>
/// How the numbers of a column are written, by all of them together: with a decimal point or a decimal comma, and with what
/// between thousands. «1,5» tells a comma, «0.5» a point, «1,234» nothing by itself.
/// </summary>
/// <param name="Note">What is worth saying of the reading; null of plain numbers.</param>
/// <param name="Fault">Why the column cannot be read as one; null where it can.</param>
sealed partial record NumberColumn(bool DecimalComma, string? Note, string? Fault)
{
    /// <summary>A number, or null.</summary>
    public double? Read(string text)
    {
        string plain = text.Trim();
        if (!(DecimalComma ? WithComma() : WithPoint()).IsMatch(plain)) return null;
        plain = Gaps().Replace(plain, "");
        plain = DecimalComma ? plain.Replace(".", "").Replace(',', '.') : plain.Replace(",", "");
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
    }

    /// <param name="given">True for a comma, false for a point, as it was said; null to find out.</param>
    public static NumberColumn Of(IEnumerable<string> texts, bool? given = null)
    {
        string? comma = null, point = null, either = null;
        foreach (string text in texts)
        {
            string plain = text.Trim();
            bool asComma = WithComma().IsMatch(plain), asPoint = WithPoint().IsMatch(plain);
            if (asComma && !asPoint) comma ??= plain;
            else if (asPoint && !asComma) point ??= plain;
            else if (asComma && plain.AsSpan().IndexOfAny(',', '.') >= 0) either = plain.Contains(',') ? plain : either ?? plain;
        }
        if (given is { } said) return new(said, said ? "numbers are read with a decimal comma, as --decimal says" : null, null);
        if (comma is not null && point is not null) return new(false, null, $"'{point}' has a decimal point, '{comma}' a decimal comma; expected one of them throughout; correct the file, or say which counts with --decimal point or --decimal comma");
        if (comma is not null) return new(true, $"numbers have a decimal comma: '{comma}' is {new NumberColumn(true, null, null).Read(comma)!.Value.ToString(CultureInfo.InvariantCulture)}", null);
        if (point is null && either?.Contains(',') == true) return new(true, $"commas are read as decimal commas: '{either}' is {new NumberColumn(true, null, null).Read(either)!.Value.ToString(CultureInfo.InvariantCulture)}; --decimal point reads them as thousands", null);
        return new(false, point?.Contains(',') == true ? $"commas stand between thousands: '{point}'" : null, null);
    }

    [GeneratedRegex(@"^[+-]?(\d+|[1-9]\d{0,2}([, '’\u00A0\u202F]\d{3})+|(?=\.))(\.\d+|\.)?([eE][+-]?\d+)?$")]
    private static partial Regex WithPoint();

    [GeneratedRegex(@"^[+-]?(\d+|[1-9]\d{0,2}([. '’\u00A0\u202F]\d{3})+|(?=,))(,\d+|,)?([eE][+-]?\d+)?$")]
    private static partial Regex WithComma();

    [GeneratedRegex(@"(?<=\d)[ '’\u00A0\u202F](?=\d)")]
    private static partial Regex Gaps();
}
