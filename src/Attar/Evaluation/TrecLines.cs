using System.Globalization;
using System.Text;
using Attar.Data;

namespace Attar.Evaluation;

/// <summary>What TREC's run and qrels files share: fields parted by white space, which identifiers have escaped.</summary>
static class TrecLines
{
    /// <summary>What <paramref name="parse"/> makes of the fields of every line that is not blank.</summary>
    /// <exception cref="InputException">naming every line with another number of fields or that <paramref name="parse"/> finds fault with.</exception>
    public static List<T> Read<T>(string path, string layout, Func<string[], string, FaultList, T> parse)
    {
        int expected = layout.Split(' ').Length;
        FaultList faults = new();
        List<T> rows = [];
        using var lines = new Utf8Lines(path, faults, foreign: true);
        while (lines.Next(out ReadOnlySpan<byte> line))
        {
            string[] fields = Encoding.UTF8.GetString(line).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == expected) rows.Add(parse(fields, lines.Where, faults));
            else if (fields.Length > 0) faults.Add(lines.Where, $"expected {expected} fields `{layout}`, found {fields.Length}; correct or remove the line");
        }
        faults.ThrowIfAny();
        return rows;
    }

    public static double Number(string text, string what, string where, FaultList faults)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)) return number;
        faults.Add(where, $"expected a number as {what}, found '{text}'; correct the line");
        return 0;
    }
}
