using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Attar.Labeling.Teachers;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>What <c>manifest.json</c> says of the shards beside it.</summary>
/// <param name="Source">SHA-256 of the pairs and texts that were labelled: with the same ones a stopped labelling goes on.</param>
/// <param name="Began">When this labelling began; a resumed one keeps the date.</param>
/// <param name="ShardPairs">Labels of every shard but the last.</param>
/// <param name="Shards">In their order; while labelling goes on, those done so far.</param>
/// <param name="Count">Labels in all; null until the last one is written.</param>
/// <param name="Endpoint">Where the teacher runs, when not here.</param>
/// <param name="Precisions">Of teachers computed in fewer bits, how they agree with themselves in float32.</param>
public sealed record LabelManifest(
    LabelStamp Stamp, string Source, DateTimeOffset Began, int ShardPairs, IReadOnlyList<LabelShard> Shards, long? Count = null, LabelEndpoint? Endpoint = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<PrecisionAgreement>? Precisions = null)
{
    public const string FileName = "manifest.json";

    const int MostGrades = 1000;

    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RecordJson.NoNullItems } },
    };

    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), writer => writer.WriteLine(JsonSerializer.Serialize(this, json)));

    /// <exception cref="InputException">when the manifest is missing or damaged.</exception>
    public static LabelManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new InputException(path, "missing; run 'attar label' first");
        try
        {
            LabelManifest manifest = JsonSerializer.Deserialize<LabelManifest>(File.ReadAllText(path), json) ?? throw new JsonException("null");
            return manifest.Fault() is { } fault ? throw new JsonException(fault) : manifest;
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InputException(path, $"expected the manifest of a label store ({fault.Message}); 'attar labels verify --repair' moves it aside, then run 'attar label' again");
        }
    }

    /// <summary>What no label store says of itself; null where all is well.</summary>
    string? Fault()
    {
        if (ShardPairs < 1) return $"shardPairs {ShardPairs}, expected 1 or more";
        if (Stamp.Grades is < 0 or > MostGrades) return $"stamp.grades {Stamp.Grades}, expected 0 to {MostGrades}";
        foreach ((int index, LabelShard shard) in Shards.Index())
            if (shard.File != LabelStore.ShardName(index) || shard.Count < 0 || shard.Count > ShardPairs)
                return $"shards[{index}], expected {LabelStore.ShardName(index)} of at most {ShardPairs} labels";
        return null;
    }
}

/// <summary>One file of labels.</summary>
public sealed record LabelShard(string File, int Count, string Sha256);

/// <param name="Kappa">Agreement with people on the dev split.</param>
/// <param name="TokensIn">Of every question ever asked of this endpoint for this workspace, as it counts.</param>
public sealed record LabelEndpoint(string Protocol, string Url, string? Model, double? Kappa, double CalibrationError, long TokensIn, long TokensOut);
