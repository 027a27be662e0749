using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar.Workspaces;

/// <summary>What the workspace remembers of a stage.</summary>
/// <param name="Options">The stage's record as JSON.</param>
/// <param name="Inputs">Content hash by path as the stage began.</param>
/// <param name="Outputs">Content hash by path as the stage ended; null while it has not.</param>
/// <param name="Seconds">How long the run that finished took.</param>
public sealed record StageEntry(
    JsonObject Options,
    ulong Seed,
    SortedDictionary<string, string> Inputs,
    DateTimeOffset Started,
    DateTimeOffset? Finished = null,
    double? Seconds = null,
    SortedDictionary<string, string>? Outputs = null)
{
    /// <summary>Whether a run with these options, seed and inputs would do the same work.</summary>
    public bool SameWork(StageEntry other) =>
        Seed == other.Seed && JsonNode.DeepEquals(Options, other.Options) && Same(Inputs, other.Inputs);

    /// <summary>Whether every output is as the stage left it; false while the stage has not ended.</summary>
    public bool Left(SortedDictionary<string, string> outputs) => Outputs is not null && Same(Outputs, outputs);

    static bool Same(SortedDictionary<string, string> a, SortedDictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.GetValueOrDefault(pair.Key) == pair.Value);
}

/// <summary>The workspace's memory, <c>workspace.json</c>: which stage ran with which options and inputs, when, for how long.</summary>
/// <param name="Stages">By title.</param>
/// <param name="Files">Hashes of files by path, so that an up-to-date check does not read them.</param>
public sealed record WorkspaceRecord(SortedDictionary<string, StageEntry> Stages, SortedDictionary<string, FileStamp> Files)
{
    /// <exception cref="InputException">The file is damaged.</exception>
    public static WorkspaceRecord Load(Workspace workspace)
    {
        if (!File.Exists(workspace.Record)) return new([], []);
        try
        {
            using FileStream stream = File.OpenRead(workspace.Record);
            return JsonSerializer.Deserialize<WorkspaceRecord>(stream, RecordJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new InputException(workspace.Record, "damaged: expected the JSON that a run writes; delete the workspace, or choose another one, and run again");
        }
    }

    public void Save(Workspace workspace) =>
        AtomicFile.Write(workspace.Record, stream => JsonSerializer.Serialize(stream, this, RecordJson.Options));
}
