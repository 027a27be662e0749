using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Augmentation;

/// <summary>What one worker made of a generate stage, <c>part.json</c> in <c>parts/pairs/part-00003-of-00016/</c>, beside files as in <c>pairs/</c> with the pairs of its queries. It is written last, so a part that has one is whole.</summary>
/// <param name="Stage">Options of the generate stage that all parts make together.</param>
/// <param name="Inputs">Content hashes of what the stage reads, by path.</param>
/// <param name="Products">Of the catalogue.</param>
/// <param name="Quality">Of the part's pairs.</param>
/// <param name="Files">Content hashes of the new queries, the same in every part, and of the pairs.</param>
sealed record PairPart(int Index, int Of, JsonObject Stage, ulong Seed, SortedDictionary<string, string> Inputs, int Products, PairQuality Quality, SortedDictionary<string, string> Files, string Host, double Seconds)
{
    const string FileName = "part.json";

    /// <summary>Where the parts of a round lie.</summary>
    public static string FolderIn(Workspace workspace) => workspace.Parts("pairs");

    /// <summary>Those that are whole, in their order.</summary>
    /// <exception cref="InputException">A file is damaged.</exception>
    public static IEnumerable<PairPart> In(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder, "part-*-of-*").Select(Find).OfType<PairPart>().OrderBy(part => part.Of).ThenBy(part => part.Index) : [];

    /// <summary>The part that lies in a folder; null while it is not whole.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static PairPart? Find(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            PairPart part = JsonSerializer.Deserialize<PairPart>(File.ReadAllText(path), RecordJson.Options) ?? throw new JsonException("null");
            if (part.Of < 1 || part.Index < 0 || part.Index >= part.Of || Path.GetFileName(folder) != part.Name) throw new JsonException("another part");
            _ = part.StageOf();
            return part;
        }
        catch (Exception fault) when (fault is JsonException or IOException)
        {
            throw new InputException(path, $"expected what a worker writes of its part ({fault.Message}); delete it, and generate that part again");
        }
    }

    public string Name => ShardChoice.NameOf(Index, Of);

    /// <summary>The generate stage that made the part.</summary>
    public GenerateStage StageOf() => Stage.Deserialize<GenerateStage>(RecordJson.Options)!;

    public void Write(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, RecordJson.Options));

    /// <summary>Whether its files are as the worker left them.</summary>
    public bool IsSound(string folder) => Files.All(file => Path.Combine(folder, file.Key) is var path && File.Exists(path) && HashOf(path) == file.Value);

    /// <summary>What makes two parts not one; null where nothing does.</summary>
    public string? DifferenceTo(PairPart other) =>
        Of != other.Of ? $"one of {Of} parts here, of {other.Of} there"
        : Seed != other.Seed ? $"seed {Seed} here, {other.Seed} there"
        : !JsonNode.DeepEquals(Stage, other.Stage) ? "other options"
        : Inputs.Except(other.Inputs).FirstOrDefault() is { Key: { } input } ? $"other {input}"
        : Files[PairStore.Queries] != other.Files[PairStore.Queries] ? "other new queries" : null;

    /// <summary>What the stage reads now.</summary>
    public static SortedDictionary<string, string> InputsOf(GenerateStage stage, Workspace workspace)
    {
        var hash = new ContentHash(workspace, WorkspaceRecord.Load(workspace));
        return new(stage.Inputs(workspace).ToDictionary(hash.NameOf, hash.Of), StringComparer.Ordinal);
    }

    public static SortedDictionary<string, string> FilesOf(string folder) =>
        new(new[] { PairStore.Queries, PairStore.Pairs }.ToDictionary(name => name, name => HashOf(Path.Combine(folder, name))), StringComparer.Ordinal);

    static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream));
    }
}
