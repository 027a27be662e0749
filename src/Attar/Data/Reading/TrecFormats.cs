using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Attar.Data.Reading;

/// <summary>Judgments as TREC writes them: <c>qid 0 docno rel</c>, parted by white space, identifiers escaped as <see cref="TrecToken"/> does.</summary>
sealed partial class TrecQrelsFormat : Format
{
    public override string Name => "trec-qrels";

    public override string About => "TREC qrels: qid 0 docno rel";

    public override bool RatesFromZero => true;

    public override bool Recognises(ForeignFile file) => file.Lines.Take(100).ToArray() is { Length: > 0 } lines && lines.All(line => Line().IsMatch(line));

    [GeneratedRegex(@"^\s*\S+\s+(0|Q0)\s+\S+\s+-?\d+(\.\d+)?\s*$")]
    private static partial Regex Line();

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        var row = new Row(file.Path, new Columns());
        using var lines = new Utf8Lines(file.Path, file.OpenText(), faults);
        while (LineReading.Next(lines) is { } line)
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0) continue;
            if (fields.Length != 4)
            {
                faults.Add(lines.Where, $"{fields.Length} fields; expected 4, `qid 0 docno rel`; correct or remove the line");
                continue;
            }
            row.Clear();
            (row.Line, row.Number) = (lines.Number, row.Number + 1);
            row.Set("query_id", TrecToken.Unescape(fields[0]));
            row.Set("product", TrecToken.Unescape(fields[2]));
            row.Set("rating", fields[3].StartsWith('-') ? "0" : fields[3]); // TREC marks spam so: worth as little
            yield return row;
        }
    }
}

/// <summary>Lines of LETOR, SVMlight and RankLib that name the document behind <c>#</c>: <c>2 qid:7 1:0.5 # docid = 12</c> or <c># 12 query</c>.</summary>
sealed partial class LetorFormat : Format
{
    public override string Name => "letor";

    public override string About => "LETOR: grade qid:N features # document, and the query's text behind it where there is one";

    public override bool RatesFromZero => true;

    public override bool Recognises(ForeignFile file) => file.Lines.FirstOrDefault(line => !line.StartsWith('#')) is { } line && Line().IsMatch(line);

    [GeneratedRegex(@"^\s*(?<grade>[-+0-9.]+)\s+qid:(?<query>\S+)(?<features>(\s+[^\s#]+:\S+)*)\s*#\s*(?<rest>.*?)\s*$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^doc(id|no)?\s*[=:]\s*(?<doc>\S+)(?<rest>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Document();

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        var row = new Row(file.Path, new Columns());
        using var lines = new Utf8Lines(file.Path, file.OpenText(), faults);
        while (LineReading.Next(lines) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#')) continue;
            Match match = Line().Match(line);
            string rest = match.Groups["rest"].Value;
            if (!match.Success || rest.Length == 0)
            {
                faults.Add(lines.Where, "no document behind #; expected `2 qid:7 1:0.5 # docid`; write the documents' identifiers, they say which product is meant");
                continue;
            }
            Match named = Document().Match(rest);
            string[] parts = rest.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            row.Clear();
            (row.Line, row.Number) = (lines.Number, row.Number + 1);
            row.Set("query_id", match.Groups["query"].Value);
            row.Set("product", TrecToken.Unescape(named.Success ? named.Groups["doc"].Value : parts[0]));
            row.Set("rating", match.Groups["grade"].Value);
            if (!named.Success && parts.Length > 1) row.Set("query", parts[1]);
            yield return row;
        }
    }
}

/// <summary>Identifiers in files whose fields are parted by white space: what would part them is written as <c>%20</c>, and a per cent sign that would read as such as <c>%25</c>.</summary>
public static partial class TrecToken
{
    public static string Escape(string identifier)
    {
        if (!identifier.Any(IsEscaped)) return identifier;
        var text = new StringBuilder();
        for (int i = 0; i < identifier.Length; i++)
        {
            char c = identifier[i];
            if (!(c == '%' ? Escaped().IsMatch(identifier, i) && Escaped().Match(identifier, i).Index == i : IsEscaped(c))) text.Append(c);
            else
                foreach (byte value in Encoding.UTF8.GetBytes([c])) text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        return text.ToString();
    }

    public static string Unescape(string token) => token.Contains('%') ? Escaped().Replace(token, match => Decode(match.Value)) : token;

    static bool IsEscaped(char c) => c == '%' || char.IsWhiteSpace(c) || char.IsControl(c);

    static string Decode(string run)
    {
        byte[] bytes = new byte[run.Length / 3];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = byte.Parse(run.AsSpan(3 * i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : run;
    }

    [GeneratedRegex("(%[0-9A-Fa-f]{2})+")]
    private static partial Regex Escaped();
}

static class LineReading
{
    /// <summary>The next line as text; null at the end.</summary>
    public static string? Next(Utf8Lines lines) => lines.Next(out ReadOnlySpan<byte> line) ? Encoding.UTF8.GetString(line) : null;
}
