using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Evaluation;

namespace Attar.Cli.Output;

/// <summary>The figures of an evaluation as text of at most 80 columns.</summary>
static class MetricsTable
{
    /// <summary>Columns of the first table; the report has the others.</summary>
    static readonly (string Name, string Title)[] Shown =
        [("ndcg@5", "NDCG@5"), ("ndcg@10", "NDCG@10"), ("pair_accuracy", "pair acc."), ("auc", "AUC"), ("recall@p95", "recall@p95")];

    static readonly (string Name, string Title)[] Compared = [("ndcg@5", "NDCG@5"), ("auc", "AUC")];

    /// <param name="metrics">The content of <c>report/metrics.json</c>.</param>
    public static string Of(JsonObject metrics)
    {
        string systems = Aligned(
            ["system", .. Shown.Select(metric => metric.Title), "NDCG@5, 95 %"],
            (metrics["systems"] as JsonArray ?? []).OfType<JsonObject>().Select(system =>
                (string[])[(string?)system["name"] ?? "", .. Shown.Select(metric => ResultTable.Figure(Number(system[metric.Name]))),
                    Interval(system["ci"]?["ndcg@5"]?[0], system["ci"]?["ndcg@5"]?[1], ResultTable.Figure)]));
        string comparisons = Aligned(
            ["paired by query", "metric", "difference", "95 %", "verdict"],
            from comparison in (metrics["comparisons"] as JsonArray ?? []).OfType<JsonObject>()
            from metric in Compared
            where (string?)comparison["metric"] == metric.Name
            select (string[])[$"{comparison["a"]} - {comparison["b"]}", metric.Title, ResultTable.Signed(Number(comparison["difference"])),
                Interval(comparison["low"], comparison["high"], ResultTable.Signed), (string?)comparison["verdict"] ?? ""]);
        double milliseconds = Number(metrics["latency_ms"]);
        string latency = double.IsFinite(milliseconds)
            ? string.Create(CultureInfo.InvariantCulture, $"\nThe student reranks 100 candidates in {milliseconds:0.0} ms.\n") : "";
        return $"{metrics["split"]} split, against {((string?)metrics["against"] == "truth" ? "the true grades" : "judgments")}\n{systems}\n{comparisons}{latency}".TrimEnd();
    }

    static string Aligned(string[] header, IEnumerable<string[]> rows)
    {
        var writer = new StringWriter { NewLine = "\n" };
        new ResultTable(header, [.. rows]).WriteTo(writer);
        return writer.ToString();
    }

    static double Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out double number) ? number : double.NaN;

    static string Interval(JsonNode? low, JsonNode? high, Func<double, string> figure) => $"{figure(Number(low))} to {figure(Number(high))}";
}
