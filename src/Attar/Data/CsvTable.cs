using System.Text;
using CsvHelper;

namespace Attar.Data;

/// <summary>
/// Reads a foreign CSV file (RFC 4180 quoting) or tab-separated file (no quoting) with a header. A missing, empty or cut
/// file, missing columns, broken quotes, rows of another width and invalid UTF-8 become faults.
/// </summary>
sealed class CsvTable : IDisposable
{
    readonly string path;
    readonly FaultList faults;
    readonly CsvReader? reader;

    /// <param name="delimiter">A comma, or a tab: then quotation marks are ordinary characters, as inches in titles need.</param>
    /// <param name="encoding">Null for UTF-8, which is then checked.</param>
    public CsvTable(string path, FaultList faults, IReadOnlyCollection<string> required, char delimiter = ',', Encoding? encoding = null)
    {
        (this.path, this.faults) = (path, faults);
        if (!IsWhole(path, checkUtf8: encoding is null, faults)) return;
        reader = CsvReader.FromFile(path, new CsvReaderOptions
        {
            Separator = delimiter,
            Mode = delimiter == '\t' ? CsvMode.NoEscape : CsvMode.Rfc4180,
            Encoding = encoding,
            TrackLineNumbers = true,
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = Refuse,
        });
        reader.ReadHeader();
        Sound = true;
        foreach (string column in required)
        {
            if (reader.TryGetFieldIndex(column, out _)) continue;
            faults.Add($"{path}:1", $"no column '{column}' in the header ({string.Join(", ", reader.Headers.ToArray())}); expected {string.Join(", ", required)}; rename the column or map it");
            Sound = false;
        }
    }

    /// <summary>Whether the file is readable and has the columns; otherwise <see cref="Next"/> gives no rows.</summary>
    public bool Sound { get; }

    /// <summary>The first line of the current row, as <c>file:line</c>.</summary>
    public string Where => $"{path}:{reader!.LineNumber}";

    public bool Next() => Sound && reader!.Read();

    public string this[string column] => reader!.GetString(column);

    /// <summary>A field as a finite number; otherwise a fault and false.</summary>
    public bool TryNumber(string column, out double value)
    {
        if (reader!.TryGetFieldIndex(column, out int index) && reader.TryParse(index, out value) && double.IsFinite(value)) return true;
        faults.Add(Where, $"{column} '{this[column]}' is not a finite number; expected one such as 1.5; correct the field");
        value = 0;
        return false;
    }

    /// <summary>A tab when the first line holds one, otherwise a comma.</summary>
    public static char DelimiterOf(string path)
    {
        using var reader = new StreamReader(path);
        return reader.ReadLine()?.Contains('\t') == true ? '\t' : ',';
    }

    public void Dispose() => reader?.Dispose();

    void Refuse(CsvMalformedRecord record)
    {
        string? fault = record.Reason switch
        {
            CsvMalformedReason.StrayQuote => null, // 5" pipe without quotes around it: its meaning is clear
            CsvMalformedReason.UnterminatedQuote => "a quotation mark is never closed; expected \"5 \"\" pipe\"; close it, or double it inside a field",
            CsvMalformedReason.FieldCountMismatch => $"another number of fields than the header's {reader!.Headers.Count}; expected as many; correct the line",
            _ => "text after a closing quotation mark; expected \"5 \"\" pipe\"; double the marks inside the field",
        };
        if (fault is not null) faults.Add($"{path}:{record.LineNumber}", fault);
    }

    static bool IsWhole(string path, bool checkUtf8, FaultList faults)
    {
        using var lines = new Utf8Lines(path, faults, checkUtf8, foreign: true);
        while (lines.Next(out _)) { }
        return !lines.Faulty;
    }
}
