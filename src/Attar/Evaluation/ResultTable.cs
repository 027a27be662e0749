using System.Globalization;

namespace Attar.Evaluation;

/// <summary>A table of text: names on the left, figures flush right.</summary>
public sealed record ResultTable(string[] Header, IReadOnlyList<string[]> Rows)
{
    /// <summary>Characters of the widest cell of each column.</summary>
    public int[] Widths => [.. Header.Select((title, column) => Rows.Select(row => row[column].Length).Append(title.Length).Max())];

    /// <summary>Systems down, metrics across.</summary>
    public static ResultTable OfSystems(EvaluationResult result) => new(
        ["system", .. Metrics.All.Select(metric => metric.Title)],
        [.. result.Systems.Select(system => (string[])[system.Name, .. Metrics.All.Select(metric => Figure(system.Metrics[metric.Name].Value))])]);

    /// <summary>One comparison a row.</summary>
    public static ResultTable OfComparisons(EvaluationResult result) => new(
        ["comparison", "metric", "difference", "95 % interval", "p", "verdict"],
        [.. result.Comparisons.Select(c => (string[])[$"{c.A} - {c.B}", c.Metric, Signed(c.Difference), $"{Signed(c.Low)} to {Signed(c.High)}", Figure(c.P), c.Verdict])]);

    public void WriteTo(TextWriter writer)
    {
        int[] widths = Widths;
        foreach (string[] row in Rows.Prepend(Header))
            writer.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    /// <summary><c>.8721</c>, <c>1.0000</c>, or a dash where there is no figure.</summary>
    public static string Figure(double value) =>
        double.IsFinite(value) ? value.ToString(Math.Abs(value) < .99995 ? ".0000" : "0.0000", CultureInfo.InvariantCulture) : "–";

    /// <summary><c>+.0071</c>, <c>-.0120</c>.</summary>
    public static string Signed(double value) => value > 0 ? "+" + Figure(value) : Figure(value);
}
