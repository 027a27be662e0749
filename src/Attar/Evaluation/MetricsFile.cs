using System.Text.Json;

namespace Attar.Evaluation;

/// <summary><c>report/metrics.json</c>: every figure with its interval, for recipes' expectations and other tools. What is not defined is null.</summary>
public static class MetricsFile
{
    const string Milliseconds = "latency_ms";

    public static void Write(string path, EvaluationResult result) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        Write(json, result);
        json.Flush();
        stream.WriteByte((byte)'\n');
    });

    public static void Write(Utf8JsonWriter json, EvaluationResult result)
    {
        json.WriteStartObject();
        json.WriteString("split", result.Split);
        json.WriteString("against", result.Against);
        json.WriteString("variant", result.Variant);

        json.WriteStartObject("queries");
        json.WriteNumber("counted", result.Queries.Counted);
        json.WriteNumber("left_out", result.Queries.LeftOut);
        json.WriteNumber("with_pairs", result.Queries.WithPairs);
        json.WriteNumber("pairs", result.Queries.Pairs);
        json.WriteEndObject();

        json.WriteStartArray("systems");
        foreach (SystemResult system in result.Systems)
        {
            json.WriteStartObject();
            json.WriteString("name", system.Name);
            foreach ((string name, _) in Metrics.All) Number(json, name, system.Metrics[name].Value);
            Number(json, Milliseconds, system.LatencyMilliseconds ?? double.NaN);
            json.WriteStartObject("ci");
            foreach ((string name, _) in Metrics.All)
            {
                json.WriteStartArray(name);
                Number(json, system.Metrics[name].Low);
                Number(json, system.Metrics[name].High);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();

        json.WriteStartArray("comparisons");
        foreach (Comparison comparison in result.Comparisons)
        {
            json.WriteStartObject();
            json.WriteString("a", comparison.A);
            json.WriteString("b", comparison.B);
            json.WriteString("metric", comparison.Metric);
            Number(json, "difference", comparison.Difference);
            Number(json, "low", comparison.Low);
            Number(json, "high", comparison.High);
            Number(json, "p", comparison.P);
            json.WriteString("verdict", comparison.Verdict);
            json.WriteEndObject();
        }
        json.WriteEndArray();

        json.WriteStartArray("same_order");
        foreach (SameOrder order in result.Orders ?? [])
        {
            json.WriteStartObject();
            json.WriteString("a", order.System);
            json.WriteString("b", order.Exact);
            Number(json, "share", order.Share);
            json.WriteEndObject();
        }
        json.WriteEndArray();

        json.WriteStartArray("warnings");
        foreach (string warning in result.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        Number(json, Milliseconds, result.LatencyMilliseconds ?? double.NaN);
        json.WriteEndObject();
    }

    /// <summary>What was written; threads, seed and resamples are not in the file.</summary>
    /// <exception cref="InputException">The file is damaged, or of something else.</exception>
    public static EvaluationResult Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement, queries = root.GetProperty("queries");
            return new EvaluationResult(
                Text(root, "split"), Text(root, "against"), Text(root, "variant"),
                new QueryCounts(queries.GetProperty("counted").GetInt32(), queries.GetProperty("left_out").GetInt32(), queries.GetProperty("with_pairs").GetInt32(), queries.GetProperty("pairs").GetInt32()),
                [.. root.GetProperty("systems").EnumerateArray().Select(system => new SystemResult(Text(system, "name"), Metrics.All.ToDictionary(metric => metric.Name, metric => EstimateOf(system, metric.Name)), LatencyOf(system, root)))],
                [.. root.GetProperty("comparisons").EnumerateArray().Select(one => new Comparison(Text(one, "a"), Text(one, "b"), Text(one, "metric"), Figure(one.GetProperty("difference")), Figure(one.GetProperty("low")), Figure(one.GetProperty("high")), Figure(one.GetProperty("p")), Text(one, "verdict")))],
                [.. root.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString() ?? "")],
                Threads: 0, Seed: 0, Resamples: 0,
                root.TryGetProperty("same_order", out JsonElement orders) ? [.. orders.EnumerateArray().Select(one => new SameOrder(Text(one, "a"), Text(one, "b"), Figure(one.GetProperty("share"))))] : []);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InputException(path, "damaged: expected the figures that attar evaluate writes; evaluate again");
        }
    }

    static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? "";

    static double Figure(JsonElement number) => number.ValueKind == JsonValueKind.Null ? double.NaN : number.GetDouble();

    /// <summary>0.1.0 wrote that of the student alone.</summary>
    static double? LatencyOf(JsonElement system, JsonElement root)
    {
        if (!system.TryGetProperty(Milliseconds, out JsonElement own) && !(Text(system, "name") == "student" && root.TryGetProperty(Milliseconds, out own))) return null;
        return Figure(own) is var latency && double.IsFinite(latency) ? latency : null;
    }

    /// <summary>A metric that the file does not know is not defined.</summary>
    static Estimate EstimateOf(JsonElement system, string metric)
    {
        if (!system.TryGetProperty(metric, out JsonElement value)) return new(double.NaN, double.NaN, double.NaN);
        JsonElement interval = system.GetProperty("ci").GetProperty(metric);
        return interval.GetArrayLength() == 2 ? new(Figure(value), Figure(interval[0]), Figure(interval[1])) : throw new FormatException();
    }

    static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Number(json, value);
    }

    static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else json.WriteNullValue();
    }
}
