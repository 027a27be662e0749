using System.Globalization;
using System.Text.Json;
using Attar.Data;

namespace Attar.Checking;

/// <summary>A pair and what its model's own library made of it.</summary>
public sealed record KnownScore(string Query, string Text, double Score);

/// <summary>Pairs whose scores are known: a table with the columns <c>query</c>, <c>text</c> and <c>score</c>, or an object with these keys a line.</summary>
public static class KnownScores
{
    const string Example = """{"query":"cordless drill","text":"18 V drill driver","score":1.25}""";

    /// <exception cref="InputException">naming every line that is no such pair; or when there is none.</exception>
    public static IReadOnlyList<KnownScore> Read(string path)
    {
        var faults = new FaultList();
        List<KnownScore> pairs = File.Exists(path) && File.ReadLines(path).FirstOrDefault(line => line.Trim().Length > 0)?.TrimStart()[0] == '{' ? FromJson(path, faults) : FromTable(path, faults);
        faults.ThrowIfAny();
        return pairs.Count > 0 ? pairs : throw new InputException(path, $"no pairs; expected lines such as {Example}");
    }

    static List<KnownScore> FromTable(string path, FaultList faults)
    {
        var pairs = new List<KnownScore>();
        using var table = new TsvTable(path, faults, "query", "text", "score");
        while (table.Next())
        {
            if (double.TryParse(table["score"], NumberStyles.Float, CultureInfo.InvariantCulture, out double score) && double.IsFinite(score)) pairs.Add(new(table["query"], table["text"], score));
            else faults.Add(table.Where, $"score '{table["score"]}'; expected a number; correct the line");
        }
        return pairs;
    }

    static List<KnownScore> FromJson(string path, FaultList faults)
    {
        var pairs = new List<KnownScore>();
        foreach ((int at, string line) in File.ReadLines(path).Index())
        {
            if (line.Trim().Length == 0) continue;
            if (Parsed(line) is { } pair) pairs.Add(pair);
            else faults.Add($"{path}:{at + 1}", $"not such a pair; expected {Example}; correct the line");
        }
        return pairs;
    }

    static KnownScore? Parsed(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Text("query") is { } query && Text("text") is { } text && root.TryGetProperty("score", out JsonElement score) && score.ValueKind == JsonValueKind.Number
                ? new(query, text, score.GetDouble()) : null;

            string? Text(string key) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
