using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Online.Experiments;

/// <summary>What becomes of an event that follows no query or experiment that the store knows.</summary>
public enum UnknownEvents
{
    /// <summary>It is kept, answered with 202, and counted by reason.</summary>
    Count,

    /// <summary>The request is refused with 400 and nothing of it kept.</summary>
    Refuse,
}

/// <summary>The file <c>experiments.json</c>: what is compared, and where what shoppers do is kept.</summary>
/// <param name="Salt">Hashes client identifiers; whoever lacks it cannot find a client in the store. Keep it, or known clients become new ones.</param>
/// <param name="Store">A SQLite file, relative to this one, or a PostgreSQL connection such as <c>Host=db;Database=attar</c>.</param>
/// <param name="RetentionDays">Queries and events older than this are deleted; 0 = never.</param>
public sealed record OnlineSettings(string Salt, Experiment[]? Experiments = null, string Store = "online.db", int RetentionDays = 90, UnknownEvents UnknownEvents = UnknownEvents.Count)
{
    const int ShortestSalt = 16;

    public IReadOnlyList<Experiment> All => Experiments ?? [];

    /// <exception cref="InputException">naming everything that is wrong with the file.</exception>
    public static OnlineSettings Read(string path)
    {
        if (!File.Exists(path)) throw new InputException(path, "no such file; expected {\"salt\": \"...\", \"experiments\": [...]}, as docs/experiments-online.md shows");
        var faults = new FaultList();
        OnlineSettings? settings = null;
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path), documentOptions: RecordJson.Reading) is JsonObject root) settings = (OnlineSettings?)RecordJson.Read(root, typeof(OnlineSettings), path, faults);
            else faults.Add(path, "expected a JSON object {\"salt\": \"...\", \"experiments\": [...]}");
        }
        catch (JsonException error)
        {
            faults.Add($"{path}:{error.LineNumber + 1}", "not JSON");
        }
        if (settings is not null)
        {
            if (settings.Salt.Length < ShortestSalt) faults.Add(path, $"salt: {settings.Salt.Length} characters; expected at least {ShortestSalt} that nobody can guess, such as openssl rand -hex 16 prints");
            if (settings.RetentionDays < 0) faults.Add(path, $"retentionDays: {settings.RetentionDays}; expected 0 or more");
            if (settings.Store.Length == 0) faults.Add(path, "store: is empty; expected a file such as online.db, or a PostgreSQL connection such as Host=localhost;Database=attar");
            foreach (Experiment experiment in settings.All)
                foreach (string fault in experiment.Faults()) faults.Add(path, $"experiment '{experiment.Name}': {fault}");
            foreach (string twice in settings.All.CountBy(experiment => experiment.Name).Where(name => name.Value > 1).Select(name => name.Key)) faults.Add(path, $"more than one experiment is named '{twice}'");
        }
        faults.ThrowIfAny();
        return settings!.IsPostgres ? settings : settings with { Store = Path.GetFullPath(settings.Store, Path.GetDirectoryName(Path.GetFullPath(path))!) };
    }

    /// <summary>The store, in words that tell no password.</summary>
    public string StoreName => IsPostgres ? "the store in PostgreSQL" : "the store " + Store;

    /// <summary>Whether the store is PostgreSQL's.</summary>
    public bool IsPostgres => Store.Contains("Host=", StringComparison.OrdinalIgnoreCase);
}
