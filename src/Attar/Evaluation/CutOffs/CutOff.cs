using System.Text.Json;
using System.Text.Json.Serialization;
using Attar.Models.Checkpoints;
using Attar.Tensors.Kernels;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Evaluation.CutOffs;

/// <summary>The lowest score that is worth showing, by judgments: <c>calibration/cutoff.json</c> in the model's folder.</summary>
/// <param name="Model">Whose it is, by <see cref="ModelDigest"/>.</param>
/// <param name="PairTemplate">How pairs were written; null: as the model says.</param>
/// <param name="Score">On a logit's scale; products below are left out.</param>
/// <param name="Wanted">The precision asked for.</param>
/// <param name="Precision">Share of the judged pairs from <paramref name="Score"/> up whose rating is <paramref name="Grade"/> or more.</param>
/// <param name="Low">Of the 95 % interval by bootstrap over queries, the score fixed.</param>
/// <param name="HeldOut">The precision on queries that had no part in choosing the score, five folds; null where they say nothing.</param>
/// <param name="Recall">Share of the pairs of that grade that stay.</param>
/// <param name="Cut">Share of the judged products that are left out.</param>
/// <param name="Emptied">Share of the queries that lose all their judged products.</param>
/// <param name="Pairs">Judged ones, of which <paramref name="Shown"/> stay.</param>
public sealed record CutOff(
    string Model, string? PairTemplate, float Score, double Wanted, double Precision, double Low, double High, double? HeldOut, double Recall, double Cut, double Emptied,
    double Grade, string Split, int Queries, int Pairs, int Shown, DateTimeOffset Made)
{
    static readonly JsonSerializerOptions options = new(RecordJson.Options) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Of a model in a precision: rounding moves scores.</summary>
    public static string PathIn(string folder, Precision precision) =>
        Path.Combine(folder, ModelDigest.Notes, new ModelReference("cutoff", precision) + ".json");

    public void Write(string path) => AtomicFile.WriteText(path, writer => writer.WriteLine(JsonSerializer.Serialize(this, options)));

    /// <summary>A model's, where it has one that holds for it.</summary>
    /// <param name="digest">Of the model that lies there now; asked only where there is a cut-off.</param>
    /// <param name="fault">Otherwise why not, to be said of the model.</param>
    public static CutOff? Read(string folder, Precision precision, Func<string> digest, string? pairTemplate, out string? fault)
    {
        CutOff? found = null;
        string path = PathIn(folder, precision);
        try
        {
            if (File.Exists(path)) found = JsonSerializer.Deserialize<CutOff>(File.ReadAllText(path), options);
            fault = found is null ? "has no cut-off"
                : !float.IsFinite(found.Score) ? "has a cut-off that is no number"
                : found.Model != digest() ? "has the cut-off of another model: it was trained or changed since"
                : found.PairTemplate != pairTemplate ? "has the cut-off of another pair template"
                : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            fault = "has a cut-off that cannot be read";
        }
        return fault is null ? found : null;
    }
}
