using System.Globalization;
using System.Text;

namespace Attar.Data;

/// <summary>Reads a tab-separated file with a header, as every stage of the workspace writes them: no quoting, UTF-8, columns found by name.</summary>
public sealed class TsvTable : IDisposable
{
    readonly Utf8Lines lines;
    readonly FaultList faults;
    readonly string[] header = [];
    readonly int[] starts = []; // of the current row's fields, and behind the last
    readonly string[] texts = []; // by column, as last asked for: neighbours often say the same
    byte[] row = [];

    /// <param name="required">Columns whose absence is a fault; further columns may be there and stand in any order.</param>
    public TsvTable(string path, FaultList faults, params ReadOnlySpan<string> required)
    {
        this.faults = faults;
        lines = new Utf8Lines(path, faults);
        if (!lines.Next(out var first)) return;
        header = Encoding.UTF8.GetString(first).Split('\t');
        starts = new int[header.Length + 1];
        texts = [.. header.Select(_ => "")];
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
            int fields = line.Count((byte)'\t') + 1;
            if (fields == header.Length)
            {
                Keep(line);
                return true;
            }
            faults.Add(Where, $"{fields} fields; expected {header.Length} as in the header, separated by tabs; correct the line");
        }
        return false;
    }

    /// <summary>A field of the current row; empty when the file has no such column.</summary>
    public string this[string column]
    {
        get
        {
            int index = Array.IndexOf(header, column);
            if (index < 0) return "";
            ReadOnlySpan<byte> field = Field(index);
            return Ascii.Equals(field, texts[index]) ? texts[index] : texts[index] = Encoding.UTF8.GetString(field);
        }
    }

    /// <summary>A field as a finite number; otherwise a fault and false.</summary>
    public bool TryNumber(string column, out double value)
    {
        value = 0;
        int index = Array.IndexOf(header, column);
        if (index >= 0 && double.TryParse(Field(index), NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value)) return true;
        faults.Add(Where, $"{column} '{this[column]}' is not a finite number; expected one such as 1.5; correct the field");
        return false;
    }

    public void Dispose() => lines.Dispose();

    ReadOnlySpan<byte> Field(int index) => row.AsSpan(starts[index]..(starts[index + 1] - 1));

    void Keep(ReadOnlySpan<byte> line)
    {
        if (row.Length < line.Length) row = new byte[line.Length * 2];
        line.CopyTo(row);
        starts[header.Length] = line.Length + 1;
        for (int field = 1; field < header.Length; field++) starts[field] = starts[field - 1] + line[starts[field - 1]..].IndexOf((byte)'\t') + 1;
    }
}
