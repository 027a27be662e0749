using System.Globalization;
using System.Text.Json.Nodes;

namespace Attar.Recipes;

/// <summary>A number that a recipe promises; checked by <c>attar reproduce</c>.</summary>
/// <param name="Metric"><c>system.metric</c> such as <c>student.ndcg@5</c>, or a number at the top of the metrics file.</param>
/// <param name="Tolerance">The largest distance from <paramref name="Value"/> that still counts as reproduced.</param>
public sealed record Expected(string Metric, double Value, double Tolerance)
{
    /// <summary>Compares with the content of <c>report/metrics.json</c>.</summary>
    public ExpectedOutcome Check(JsonObject metrics)
    {
        double? measured = Find(metrics, Metric);
        return new(this, measured, measured is { } value && Math.Abs(value - Value) <= Tolerance);
    }

    static double? Find(JsonObject metrics, string path)
    {
        if (Number(metrics[path]) is { } top) return top;
        int dot = path.LastIndexOf('.'); // a system's name may have one
        if (dot < 0 || metrics["systems"] is not JsonArray systems) return null;
        JsonNode? system = systems.FirstOrDefault(node => (string?)node?["name"] == path[..dot]);
        return Number(system?[path[(dot + 1)..]]);
    }

    static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : null;
}

/// <param name="Measured">Null when the metrics file does not have the metric.</param>
public sealed record ExpectedOutcome(Expected Expected, double? Measured, bool Met)
{
    public override string ToString()
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"{Expected.Metric}: expected {Expected.Value:0.0000} ± {Expected.Tolerance:0.0000}, ");
        return expected + (Measured is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) + (Met ? " measured" : " measured: missed") : "not in report/metrics.json: missed");
    }
}
