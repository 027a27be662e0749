using System.Globalization;
using System.Text.Json.Nodes;

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
                (string[])[(string?)system["name"] ?? "", .. Shown.Select(metric => Figure(system[metric.Name])), Interval(system["ci"]?["ndcg@5"])]));
        string comparisons = Aligned(
            ["paired by query", "metric", "difference", "95 %", "verdict"],
            from comparison in (metrics["comparisons"] as JsonArray ?? []).OfType<JsonObject>()
            from metric in Compared
            where (string?)comparison["metric"] == metric.Name
            select (string[])[$"{comparison["a"]} - {comparison["b"]}", metric.Title, Signed(comparison["difference"]),
                Interval(new JsonArray(comparison["low"]?.DeepClone(), comparison["high"]?.DeepClone())), (string?)comparison["verdict"] ?? ""]);
        string latency = metrics["latency_ms"] is JsonValue value && value.TryGetValue(out double milliseconds)
            ? string.Create(CultureInfo.InvariantCulture, $"\nThe student reranks 100 candidates in {milliseconds:0.0} ms.\n") : "";
        return $"{metrics["split"]} split, against {((string?)metrics["against"] == "truth" ? "the true grades" : "judgments")}\n{systems}\n{comparisons}{latency}".TrimEnd();
    }

    /// <summary>First column flush left, the others flush right.</summary>
    static string Aligned(string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => all.Max(row => row[column].Length))];
        return string.Concat(all.Select(row =>
            string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[column]))) + "\n"));
    }

    static string Figure(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out double figure) ? figure.ToString(Math.Abs(figure) < .99995 ? ".0000" : "0.0000", CultureInfo.InvariantCulture) : "-";

    static string Signed(JsonNode? node) => Figure(node) is var figure && figure[0] is '-' ? figure : "+" + figure;

    static string Interval(JsonNode? ends) => ends is JsonArray { Count: 2 } ? $"{Figure(ends[0])} to {Figure(ends[1])}" : "-";
}
