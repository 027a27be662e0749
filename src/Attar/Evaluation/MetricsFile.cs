using System.Text.Json;

namespace Attar.Evaluation;

/// <summary><c>report/metrics.json</c>: every figure with its interval, for recipes' expectations and other tools. What is not defined is null.</summary>
public static class MetricsFile
{
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

        json.WriteStartArray("warnings");
        foreach (string warning in result.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        Number(json, "latency_ms", result.LatencyMilliseconds ?? double.NaN);
        json.WriteEndObject();
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
