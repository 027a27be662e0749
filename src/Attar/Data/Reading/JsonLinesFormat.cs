using System.Text.Json;

namespace Attar.Data.Reading;

/// <summary>One JSON object a line.</summary>
class JsonLinesFormat : Format
{
    public override string Name => "jsonl";

    public override string About => "JSON lines: an object a line";

    public override bool Recognises(ForeignFile file) => First(file) is not null;

    /// <summary>The first line where it is a whole object.</summary>
    protected static JsonElement? First(ForeignFile file) => file.Lines.FirstOrDefault() is { } line && line.TrimStart().StartsWith('{') ? Parse(System.Text.Encoding.UTF8.GetBytes(line)) : null;

    public override IEnumerable<Row> Read(ForeignFile file, FaultList faults, IReadOnlySet<string>? wanted = null)
    {
        var row = new Row(file.Path, new Columns());
        using var lines = new Utf8Lines(file.Path, file.OpenText(), faults);
        string? id = null; // of a bulk action's line before this one
        while (Next(lines, faults) is { } json)
        {
            if (BulkLines.IdOf(json) is { } action)
            {
                id = action;
                continue;
            }
            row.Clear();
            (row.Line, row.Number) = (lines.Number, row.Number + 1);
            Fill(row, json, id, wanted);
            id = null;
            yield return row;
        }
    }

    /// <summary>An index's document stands under <c>_source</c>, an update's under <c>doc</c>; its identifier is <c>_id</c> where it has none of its own.</summary>
    static void Fill(Row row, JsonElement json, string? id, IReadOnlySet<string>? wanted)
    {
        JsonElement document = json;
        if (json.TryGetProperty("_source", out JsonElement source) && source.ValueKind == JsonValueKind.Object)
        {
            document = source;
            if (json.TryGetProperty("_id", out JsonElement own)) id = own.ToString();
        }
        else if (id is not null && json.TryGetProperty("doc", out JsonElement doc) && doc.ValueKind == JsonValueKind.Object) document = doc;
        JsonRows.Fill(row, document, wanted);
        if (id is not null) row.Set("_id", id);
    }

    static JsonElement? Next(Utf8Lines lines, FaultList faults)
    {
        while (lines.Next(out var line))
        {
            if (line.Trim(" \t"u8).IsEmpty) continue;
            if (Parse(line) is { } json) return json;
            faults.Add(lines.Where, "no JSON object; expected one such as {\"id\":\"p1\",\"title\":\"Oak table\"}; correct or remove the line");
        }
        return null;
    }

    static JsonElement? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            JsonElement json = JsonElement.ParseValue(ref reader);
            return json.ValueKind == JsonValueKind.Object && line[(int)reader.BytesConsumed..].Trim(" \t"u8).IsEmpty ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What the bulk interface of Elasticsearch and OpenSearch takes: a line that says what to do, then the document.</summary>
sealed class BulkLines : JsonLinesFormat
{
    public override string Name => "bulk";

    public override string About => "Elasticsearch and OpenSearch bulk lines: an action, then the document";

    public override bool Recognises(ForeignFile file) => First(file) is { } json && IdOf(json) is not null;

    /// <summary>The identifier of an action's line, empty where the index is to make one; null of any other line.</summary>
    public static string? IdOf(JsonElement json)
    {
        if (json.GetPropertyCount() != 1) return null;
        foreach (string action in (ReadOnlySpan<string>)["index", "create", "update"])
            if (json.TryGetProperty(action, out JsonElement target) && target.ValueKind == JsonValueKind.Object)
                return target.TryGetProperty("_id", out JsonElement id) ? id.ToString() : target.EnumerateObject().All(part => part.Name.StartsWith('_')) ? "" : null;
        return null;
    }
}

/// <summary>What elasticdump and scrolls write: hits, one a line.</summary>
sealed class ElasticdumpLines : JsonLinesFormat
{
    public override string Name => "elasticdump";

    public override string About => "Elasticsearch and OpenSearch hits, one a line: _id and _source";

    public override bool Recognises(ForeignFile file) => First(file) is { } json && json.TryGetProperty("_source", out _);
}
