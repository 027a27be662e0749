using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar.Workspaces;

/// <summary>What the workspace remembers of a stage.</summary>
/// <param name="Options">The stage's record as JSON.</param>
/// <param name="Inputs">Content hash by path as the stage began.</param>
/// <param name="Outputs">Content hash by path as the stage ended; null while it has not.</param>
/// <param name="Seconds">How long the run that finished took.</param>
/// <param name="Files">The files that the stage wrote, relative to the workspace: nothing else is its own to replace. Null of an older Attar, which did not keep them.</param>
/// <param name="Former">The last run that ended, while another one is under way: what it left is in place until then.</param>
public sealed record StageEntry(
    JsonObject Options,
    ulong Seed,
    SortedDictionary<string, string> Inputs,
    DateTimeOffset Started,
    DateTimeOffset? Finished = null,
    double? Seconds = null,
    SortedDictionary<string, string>? Outputs = null,
    SortedSet<string>? Files = null,
    StageEntry? Former = null)
{
    /// <summary>The run whose outputs are in place; null where none ended yet.</summary>
    public StageEntry? Ended => Outputs is not null ? this : Former;

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
/// <param name="Publishing">The stage whose new outputs are on their way to their places.</param>
/// <param name="Elsewhere">Paths outside the workspace that a stage wrote.</param>
public sealed record WorkspaceRecord(SortedDictionary<string, StageEntry> Stages, SortedDictionary<string, FileStamp> Files, string? Publishing = null, SortedSet<string>? Elsewhere = null)
{
    /// <summary>What stages wrote into a folder; null where none of them said.</summary>
    /// <param name="folder">As the workspace names it.</param>
    internal IReadOnlySet<string>? MadeIn(string folder)
    {
        string within = folder + "/";
        var made = new HashSet<string>(Stages.Values.SelectMany(stage => stage.Ended?.Files ?? []).Where(file => file.StartsWith(within, StringComparison.Ordinal)));
        return made.Count > 0 ? made : null;
    }

    /// <exception cref="InputException">The file is damaged.</exception>
    public static WorkspaceRecord Load(Workspace workspace)
    {
        if (!File.Exists(workspace.Record)) return new([], []);
        try
        {
            byte[] content = File.ReadAllBytes(workspace.Record);
            JsonTexts.Parse(content, RecordJson.Reading).Dispose(); // a name that is twice among a stage's options
            return JsonSerializer.Deserialize<WorkspaceRecord>(content, RecordJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new InputException(workspace.Record, "damaged: expected the JSON that a run writes; 'attar run RECIPE WORKSPACE --adopt' sets it aside and takes what is in the workspace as the recipe's");
        }
    }

    /// <summary>An empty record where it is damaged; the file stays under another name.</summary>
    internal static WorkspaceRecord LoadOrSetAside(Workspace workspace, Action<string> note)
    {
        try
        {
            return Load(workspace);
        }
        catch (InputException)
        {
            string aside = Enumerable.Range(1, int.MaxValue).Select(i => $"{workspace.Record}.damaged-{i}").First(path => !Path.Exists(path));
            File.Move(workspace.Record, aside);
            note($"{workspace.Record}: damaged, moved to {aside}");
            return new([], []);
        }
    }

    public void Save(Workspace workspace) =>
        AtomicFile.Write(workspace.Record, stream => JsonSerializer.Serialize(stream, this, RecordJson.Options));
}
