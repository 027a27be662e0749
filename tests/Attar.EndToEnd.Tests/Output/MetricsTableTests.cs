using System.Text.Json.Nodes;
using Attar.Cli.Output;

namespace Attar.EndToEnd.Tests.Output;

public class MetricsTableTests
{
    [Fact]
    public void The_table_fits_eighty_columns_and_says_what_is_not_shown()
    {
        string Comparison(string metric, string verdict) =>
            $$"""{ "a": "student", "b": "student-human", "metric": "{{metric}}", "difference": 0.0071, "low": -0.0001, "high": 0.0143, "p": 0.03, "verdict": "{{verdict}}" }""";
        string table = MetricsTable.Of(JsonNode.Parse($$"""
            {
              "split": "test", "against": "truth", "latency_ms": 41.25,
              "systems": [
                { "name": "bm25", "ndcg@5": 0.8721, "ndcg@10": 0.9244, "pair_accuracy": 0.556, "auc": 0.612, "recall@p95": null, "ci": { "ndcg@5": [0.87, 0.88] } },
                { "name": "student-human", "ndcg@5": 1, "ndcg@10": 0.5, "pair_accuracy": 0.5, "auc": 0.5, "recall@p95": 0.25, "ci": { "ndcg@5": [0.99, 1] } }
              ],
              "comparisons": [{{Comparison("ndcg@5", "not shown")}}, {{Comparison("auc", "better")}}, {{Comparison("ece", "better")}}]
            }
            """)!.AsObject());
        Assert.StartsWith("""
            test split, against the true grades
            system         NDCG@5  NDCG@10  pair acc.    AUC  recall@p95     NDCG@5, 95 %
            bm25            .8721    .9244      .5560  .6120           –   .8700 to .8800
            student-human  1.0000    .5000      .5000  .5000       .2500  .9900 to 1.0000

            """, table);
        Assert.All(table.Split('\n'), line => Assert.True(line.Length <= 80, line));
        Assert.Contains("student - student-human  NDCG@5      +.0071  -.0001 to +.0143  not shown", table);
        Assert.Equal(2, table.Split("student - student-human").Length - 1);
        Assert.EndsWith("The student reranks 100 candidates in 41.3 ms.", table);
    }

    [Fact]
    public void A_metrics_file_without_figures_still_prints() => Assert.Contains("system", MetricsTable.Of([]));
}
