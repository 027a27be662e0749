using System.Text.Json.Nodes;
using Attar.Recipes;

namespace Attar.Tests.Recipes;

public class ExpectedTests
{
    static readonly JsonObject Metrics = JsonNode.Parse("""
        { "latency_ms": 12.5, "systems": [{ "name": "bm25", "ndcg@5": 0.8 }, { "name": "student-human", "ndcg@5": 0.85, "auc": 0.7 }] }
        """)!.AsObject();

    [Theory]
    [InlineData("student-human.ndcg@5", 0.845, 0.01, true)]
    [InlineData("student-human.ndcg@5", 0.83, 0.01, false)]
    [InlineData("bm25.ndcg@5", 0.8, 0, true)]
    [InlineData("latency_ms", 12, 1, true)]
    [InlineData("bm25.auc", 0.5, 1, false)]
    [InlineData("teacher.ndcg@5", 0.5, 1, false)]
    [InlineData("nonsense", 0.5, 1, false)]
    public void A_number_is_met_within_its_tolerance_and_missed_otherwise(string metric, double value, double tolerance, bool met) =>
        Assert.Equal(met, new Expected(metric, value, tolerance).Check(Metrics).Met);

    [Fact]
    public void An_outcome_reads_as_one_line()
    {
        Assert.Equal("bm25.ndcg@5: expected 0.9000 ± 0.0100, 0.8000 measured: missed", new Expected("bm25.ndcg@5", 0.9, 0.01).Check(Metrics).ToString());
        Assert.Equal("bm25.auc: expected 0.9000 ± 0.0100, not in report/metrics.json: missed", new Expected("bm25.auc", 0.9, 0.01).Check(Metrics).ToString());
    }
}
