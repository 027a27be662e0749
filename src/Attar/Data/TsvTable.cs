using System.Globalization;
using System.Text;

namespace Attar.Data;

/// <summary>Reads a tab-separated file with a header, as every stage of the workspace writes them: no quoting, UTF-8, columns found by name.</summary>
public sealed class TsvTable : IDisposable
{
    readonly Utf8Lines lines;
    readonly FaultList faults;
    readonly string[] header = [];
    string[] fields = [];

    /// <param name="required">Columns whose absence is a fault; further columns may be there and stand in any order.</param>
    public TsvTable(string path, FaultList faults, params ReadOnlySpan<string> required)
    {
        this.faults = faults;
        lines = new Utf8Lines(path, faults);
        if (!lines.Next(out var first)) return;
        header = Encoding.UTF8.GetString(first).Split('\t');
        Sound = true;
        foreach (string column in required)
        {
            if (header.Contains(column)) continue;
            faults.Add(lines.Where, $"no column '{column}' in the header; expected {string.Join(", ", required)} separated by tabs; add it");
            Sound = false;
        }
    }

    /// <summary>Whether the header is as required; otherwise <see cref="Next"/> gives no rows.</summary>
    public bool Sound { get; }

    /// <summary>The row last read, as <c>file:line</c>.</summary>
    public string Where => lines.Where;

    public int Line => lines.Number;

    /// <summary>The next row; rows with too many or too few fields become faults and are skipped. False at the end.</summary>
    public bool Next()
    {
        while (Sound && lines.Next(out var line))
        {
            fields = Encoding.UTF8.GetString(line).Split('\t');
            if (fields.Length == header.Length) return true;
            faults.Add(Where, $"{fields.Length} fields; expected {header.Length} as in the header, separated by tabs; correct the line");
        }
        return false;
    }

    /// <summary>A field of the current row; empty when the file has no such column.</summary>
    public string this[string column] => Array.IndexOf(header, column) is >= 0 and int index ? fields[index] : "";

    /// <summary>A field as a finite number; otherwise a fault and false.</summary>
    public bool TryNumber(string column, out double value)
    {
        if (double.TryParse(this[column], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value)) return true;
        faults.Add(Where, $"{column} '{this[column]}' is not a finite number; expected one such as 1.5; correct the field");
        return false;
    }

    public void Dispose() => lines.Dispose();
}
