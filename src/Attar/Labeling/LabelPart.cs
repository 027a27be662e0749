using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Attar.Labeling.Cascading;
using Attar.Labeling.Teachers;
using Attar.Workspaces;

namespace Attar.Labeling;

/// <summary>What one worker labelled, <c>part-00003-of-00016.json</c> beside the lines of the same name: pairs <c>[Index count / Of, (Index + 1) count / Of)</c>. It is written last, so a part that has one is whole.</summary>
/// <param name="Stage">Options of the label stage that all parts make together.</param>
/// <param name="Source">As in <see cref="LabelManifest"/>.</param>
/// <param name="Count">Lines of the part.</param>
/// <param name="Sha256">Of the lines.</param>
/// <param name="Seconds">That the worker took in all; those of one that was killed do not count.</param>
/// <param name="Precisions">As in <see cref="LabelManifest"/>.</param>
/// <param name="Cascade">Of a cascade, without counts of the labels.</param>
sealed record LabelPart(
    int Index, int Of, JsonObject Stage, ulong Seed, LabelStamp Stamp, string Source, int Count, string Sha256, DateTimeOffset Began, double Seconds, IReadOnlyList<PrecisionAgreement>? Precisions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CascadeReport? Cascade = null)
{
    /// <summary>Where the parts of a round lie.</summary>
    public static string FolderIn(Workspace workspace) => workspace.Parts("labels");

    /// <summary>The label stage that wrote the part.</summary>
    public LabelStage StageOf() => Stage.Deserialize<LabelStage>(RecordJson.Options)!;

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, ShardChoice.NameOf(Index, Of) + ".json"), stream => JsonSerializer.Serialize(stream, this, RecordJson.Options));

    /// <exception cref="InputException">The file is damaged.</exception>
    public static LabelPart Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            LabelPart part = JsonSerializer.Deserialize<LabelPart>(stream, RecordJson.Options) ?? throw new JsonException("null");
            if (part.Of < 1 || part.Index < 0 || part.Index >= part.Of || part.Count < 0 || Path.GetFileNameWithoutExtension(path) != ShardChoice.NameOf(part.Index, part.Of)) throw new JsonException("another part");
            _ = part.StageOf();
            return part;
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InputException(path, $"expected what a worker writes of its part ({fault.Message}); delete it, and label that part again");
        }
    }

    /// <summary>What makes two parts not one store; null where nothing does.</summary>
    public string? DifferenceTo(LabelPart other) =>
        Of != other.Of ? $"one of {Of} parts here, of {other.Of} there"
        : Stamp.DifferenceTo(other.Stamp) ?? (Source != other.Source ? "other pairs or texts" : Seed != other.Seed ? $"seed {Seed} here, {other.Seed} there" : !JsonNode.DeepEquals(Stage, other.Stage) ? "other options" : null);
}

/// <summary>How far a worker is, <c>part-00003-of-00016.progress</c>, written anew every few seconds.</summary>
/// <param name="Pairs">Of all parts.</param>
/// <param name="Kept">Of a worker before that was lost.</param>
sealed record PartProgress(int Index, int Of, long Pairs, int Count, int Done, int Kept, string Host, DateTimeOffset Began, DateTimeOffset Updated)
{
    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, ShardChoice.NameOf(Index, Of) + ".progress"), stream => JsonSerializer.Serialize(stream, this, RecordJson.Options));

    /// <returns>Null where nobody told, or what was told is damaged.</returns>
    public static PartProgress? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<PartProgress>(File.ReadAllText(path), RecordJson.Options);
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            return null;
        }
    }
}
