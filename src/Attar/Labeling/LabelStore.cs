using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Attar.Augmentation;
using Attar.Data;
using Attar.Models.Heads;

namespace Attar.Labeling;

/// <summary>What the teacher says of one unjudged pair.</summary>
public sealed record Label(string QueryId, string ProductId, float Score);

/// <summary>Whose labels these are; labels of different teachers, pair texts or transforms do not mix.</summary>
/// <param name="Teacher">SHA-256 of the teacher's weights; 128 bits of it of an endpoint's address, protocol and model.</param>
/// <param name="Template">How pairs were written.</param>
/// <param name="Sha256">Of <c>labels.tsv</c>.</param>
/// <param name="Endpoint">Where the teacher runs, when not here.</param>
public sealed record LabelManifest(string Teacher, string Template, ScoreTransform Transform, int Grades, long Count, string Sha256, LabelEndpoint? Endpoint = null);

/// <param name="Kappa">Agreement with people on the dev split.</param>
/// <param name="TokensIn">Of every question ever asked of this endpoint for this workspace, as it counts.</param>
public sealed record LabelEndpoint(string Protocol, string Url, string? Model, double? Kappa, double CalibrationError, long TokensIn, long TokensOut);

/// <summary>The files of a labels folder: <c>labels.tsv</c> (query_id product_id score p0 p1 ...) and <c>manifest.json</c>.</summary>
public static class LabelStore
{
    public const string Labels = "labels.tsv", Manifest = "manifest.json";
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) } };

    /// <summary>The first line of <c>labels.tsv</c>.</summary>
    internal static string Header(int grades) => $"query_id\tproduct_id\tscore\t{string.Join('\t', Enumerable.Range(0, grades).Select(k => $"p{k}"))}";

    /// <summary>One pair's line of <c>labels.tsv</c>.</summary>
    /// <param name="distribution">(grades)</param>
    internal static string Line(CandidatePair pair, double score, ReadOnlySpan<double> distribution)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{pair.QueryId}\t{pair.ProductId}\t{(float)score:R}");
        foreach (double p in distribution) line.Append(CultureInfo.InvariantCulture, $"\t{p:0.0000}");
        return line.ToString();
    }

    public static void WriteManifest(string folder, LabelManifest manifest) =>
        AtomicFile.WriteText(Path.Combine(folder, Manifest), writer => writer.WriteLine(JsonSerializer.Serialize(manifest, Json)));

    /// <exception cref="InputException">when the manifest is missing or damaged.</exception>
    public static LabelManifest ReadManifest(string folder)
    {
        string path = Path.Combine(folder, Manifest);
        try
        {
            return JsonSerializer.Deserialize<LabelManifest>(File.ReadAllText(path), Json) ?? throw new JsonException("null");
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InputException(path, $"expected the manifest of a label store ({fault.Message}); run 'attar label' again");
        }
    }

    /// <summary>All labels, the file checked against its manifest first.</summary>
    /// <exception cref="InputException">when the file is not the one the manifest describes, or a line of it is damaged.</exception>
    public static IEnumerable<Label> Read(string folder)
    {
        string path = Path.Combine(folder, Labels);
        if (!File.Exists(path)) throw new InputException(path, "missing; run 'attar label' first");
        if (HashOf(path) != ReadManifest(folder).Sha256) throw new InputException(path, "is not the file its manifest describes; run 'attar label' again");
        return Rows(path);
    }

    static IEnumerable<Label> Rows(string path)
    {
        var faults = new FaultList();
        using var table = new TsvTable(path, faults, "query_id", "product_id", "score");
        while (table.Next())
        {
            if (!float.TryParse(table["score"], NumberStyles.Float, CultureInfo.InvariantCulture, out float score) || !float.IsFinite(score))
                faults.Add(table.Where, $"score: expected a number, found '{table["score"]}'; run 'attar label' again");
            yield return new Label(table["query_id"], table["product_id"], score);
        }
        faults.ThrowIfAny();
    }

    public static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
