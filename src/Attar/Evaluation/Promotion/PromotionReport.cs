using System.Text.Json;
using Attar.Workspaces;

namespace Attar.Evaluation.Promotion;

/// <summary>One condition and whether it holds.</summary>
public sealed record Gate(string Name, bool Passed, string Said);

/// <summary>How the models fare on the queries of a segment.</summary>
/// <param name="Of">By what the queries were divided.</param>
/// <param name="P">Randomization test.</param>
/// <param name="Q">The same, of as many segments (Benjamini and Hochberg): up to .05 is shown.</param>
public sealed record SegmentChange(string Of, string Segment, int Queries, double Old, double New, double Difference, double Low, double High, double P, double Q)
{
    public string Verdict => !(Q <= .05) ? Comparison.NotShown : Difference > 0 ? Comparison.Better : Comparison.Worse;
}

/// <summary>A query and how its ranking changed.</summary>
public sealed record QueryChange(string QueryId, string Query, double Old, double New);

/// <summary>How scores and rankings of recent queries change, which nobody judged.</summary>
/// <param name="SameFirst">Share of the queries whose first product stays.</param>
/// <param name="Overlap">Mean share of the first ten products that stay.</param>
/// <param name="Correlation">Mean rank correlation (Spearman, 1904) over a query's candidates.</param>
/// <param name="Old">5th, 25th, 50th, 75th and 95th percentile of the scores: thresholds that were chosen on them hold no more where they move.</param>
public sealed record ScoreDrift(int Queries, double SameFirst, double Overlap, double Correlation, double[] Old, double[] New);

/// <summary>What a comparison of a model with the one it would replace found: <c>promotion.json</c>.</summary>
/// <param name="Digests">SHA-256 of what was compared: the new model, the old one, the data.</param>
/// <param name="Regressed">Queries that lose as much as counts, the worst first.</param>
/// <param name="SignedBy">Who let it take the place; null until somebody does.</param>
public sealed record PromotionReport(
    string New, string Old, string Split, string[] Digests, DateTimeOffset Made, int Queries, IReadOnlyList<Gate> Gates, double OldMilliseconds, double NewMilliseconds,
    IReadOnlyList<SegmentChange> Segments, IReadOnlyList<QueryChange> Regressed, int Improved, ScoreDrift? Drift, string? SignedBy = null, DateTimeOffset? Signed = null)
{
    public const string FileName = "promotion.json", PageName = "index.html";

    public bool Passed => Gates.All(gate => gate.Passed);

    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), writer => writer.WriteLine(JsonSerializer.Serialize(this, Options)));

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static PromotionReport? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<PromotionReport>(File.ReadAllText(path), Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static readonly JsonSerializerOptions Options = new(RecordJson.Options) { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
}
