using CsvHelper;

namespace Attar.Data.Reading;

/// <summary>Comma-separated values (RFC 4180) with any separator: the one that parts the first lines most evenly.</summary>
class CsvFormat : Format
{
    static readonly (char Separator, string Name)[] separators = [(',', "commas"), (';', "semicolons"), ('\t', "tabs"), ('|', "bars")];

    public override string Name => "csv";

    public override string About => "Comma-separated values with a header; any separator";

    public override bool HasHeader => true;

    /// <summary>Whatever else text may be: the last in the list.</summary>
    public override bool Recognises(ForeignFile file) => file.Text.Length > 0;

    public override string Describe(ForeignFile file) => string.Join(", ", [Name, .. SeparatorOf(file) is var own && own != ',' && Name == "csv" ? [$"separated by {separators.First(known => known.Separator == own).Name}"] : Array.Empty<string>(), .. file.Encoding.IsUtf8 ? [] : new[] { file.Encoding.Name }]);

    protected virtual char SeparatorOf(ForeignFile file) => BestSeparator(file.Text);

    /// <summary>The separator that gives the most lines as many fields as the header has, and more than one.</summary>
    internal static char BestSeparator(string text)
    {
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4) return text[4]; // Excel's hint
        return separators.Select(known => known.Separator).MaxBy(separator =>
        {
            int[] widths = [.. Widths(text, separator).Take(50)];
            if (widths.Length == 0 || widths[0] < 2) return 0;
            double alike = widths.Count(width => width == widths[0]) / (double)widths.Length;
            return alike + 0.001 * Math.Min(widths[0], 100);
        });
    }

    /// <summary>Fields of each record, quotation marks obeyed.</summary>
    static IEnumerable<int> Widths(string text, char separator)
    {
        int fields = 1;
        bool quoted = false, start = true, any = false;
        foreach (char c in text)
        {
            if (quoted) quoted = c != '"';
            else if (c == '"' && start) quoted = any = true;
            else if (c == separator)
            {
                (fields, start, any) = (fields + 1, true, true);
                continue;
            }
            else if (c == '\n')
            {
                if (any) yield return fields;
                (fields, start, any) = (1, true, false);
                continue;
            }
            else if (c != '\r') any = true;
            start = false;
        }
        if (any) yield return fields;
    }

    /// <summary>With tabs, quotation marks quote only where every field that begins with one ends with one: inches stand in titles.</summary>
    static bool Quotes(ForeignFile file, char separator)
    {
        if (separator != '\t') return true;
        string[] quoted = [.. file.Lines.SelectMany(line => line.Split(separator)).Where(field => field.StartsWith('"'))];
        return quoted.Length > 0 && quoted.All(field => field.Length > 1 && field.EndsWith('"') && !field[1..^1].Replace("\"\"", "").Contains('"'));
    }

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        char separator = SeparatorOf(file);
        using Stream stream = file.OpenText();
        CsvReader? reader = null;
        long shorter = 0;
        using CsvReader opened = reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = separator,
            DetectSeparatorHint = true,
            Mode = Quotes(file, separator) ? CsvMode.Rfc4180 : CsvMode.NoEscape,
            TrackLineNumbers = true,
            SkipEmptyLines = true,
            FieldCountMismatch = CsvFieldCountHandling.Allow,
            OnMalformedRecord = Refuse,
        }, leaveOpen: true);
        reader.ReadHeader();
        var columns = new Columns();
        string[] header = [.. reader.Headers];
        var places = new List<(int Field, int Column)>();
        for (int i = 0; i < header.Length; i++)
            if ((wanted is null || wanted.Contains(header[i])) && columns.Find(header[i]) < 0) places.Add((i, columns.Add(header[i])));
        var row = new Row(file.Path, columns);
        while (reader.Read())
        {
            row.Clear();
            (row.Line, row.Number) = (reader.LineNumber, row.Number + 1);
            int fields = reader.FieldCount;
            if (fields > header.Length)
            {
                faults.Add(row.Where, $"{fields} fields; expected {header.Length} as in the header; correct the line");
                continue;
            }
            if (fields < header.Length) shorter++;
            foreach (var (field, column) in places)
                if (field < fields) row.Set(column, reader.GetString(field));
            yield return row;
        }
        Shorter = shorter;

        void Refuse(CsvMalformedRecord record)
        {
            string? fault = record.Reason switch
            {
                CsvMalformedReason.StrayQuote or CsvMalformedReason.FieldCountMismatch => null, // 5" pipe without quotes around it: its meaning is clear
                CsvMalformedReason.UnterminatedQuote => "a quotation mark is never closed; expected \"5 \"\" pipe\"; close it, or double it inside a field",
                _ => "text after a closing quotation mark; expected \"5 \"\" pipe\"; double the marks inside the field",
            };
            if (fault is not null) faults.Add($"{file.Path}:{record.LineNumber}", fault);
        }
    }

    /// <summary>Rows of the file last read that had fewer fields than the header: Quepid writes a query without ratings so.</summary>
    public long Shorter { get; private set; }
}

/// <summary>Tab-separated values with a header.</summary>
sealed class TsvFormat : CsvFormat
{
    public override string Name => "tsv";

    public override string About => "Tab-separated values with a header; quoted or not";

    public override bool Recognises(ForeignFile file) => BestSeparator(file.Text) == '\t';

    protected override char SeparatorOf(ForeignFile file) => '\t';
}
