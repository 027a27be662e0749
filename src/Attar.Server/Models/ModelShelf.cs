using Attar.Server.Documents;

namespace Attar.Server.Models;

/// <summary>The models by name, each of which can be replaced at any moment.</summary>
/// <param name="signals">Whether each is served as <c>NAME+signals</c> too: combined with what the shop knows of products.</param>
/// <param name="combined">Whether the usual one is so where a request names none.</param>
sealed class ModelShelf(string preset, bool signals = false, bool combined = false) : IDisposable
{
    readonly Lock changing = new();
    volatile IReadOnlyDictionary<string, ServedModel> models = new Dictionary<string, ServedModel>();

    /// <summary>The model of requests that name none, or one that is not served: clients send names such as <c>rerank-v3.5</c>.</summary>
    public string Preset => preset;

    public IEnumerable<string> Names => models.Keys;

    /// <summary>What the search page shows: the models, and the usual one with signals.</summary>
    public IEnumerable<string> Systems => signals ? [.. Names, preset + ProductSignals.Suffix] : Names;

    /// <summary>Which model a name means, and whether its scores are to be combined with signals.</summary>
    /// <param name="asked">As a client gave it.</param>
    public (string? Model, bool Combined) Read(string? asked)
    {
        if (!signals || (asked is not null && models.ContainsKey(asked))) return (asked, false);
        string? plain = asked?.EndsWith(ProductSignals.Suffix, StringComparison.Ordinal) == true ? asked[..^ProductSignals.Suffix.Length] : null;
        return plain is not null && models.ContainsKey(plain) ? (plain, true) : (asked, combined);
    }

    /// <summary>Whether a name is one of those served.</summary>
    public bool Knows(string name) => models.ContainsKey(name) || (Read(name) is (var model, true) && models.ContainsKey(model ?? ""));

    /// <summary>The names, since when each model is served, and what it is.</summary>
    public IEnumerable<(string Name, DateTimeOffset Loaded, string Digest)> Listed => models.Values.Select(model => (model.Name, model.Loaded, model.Model.Digest));

    /// <summary>The models themselves; whoever only looks takes no use of them.</summary>
    public IEnumerable<ServedModel> All => models.Values;

    /// <summary>How far each model's scores of late are from its reference, of those that have one and served enough.</summary>
    public IEnumerable<(string Model, double Drift)> Drifts => models.Values.Where(model => model.Watch?.Drift is not null).Select(model => (model.Name, model.Watch!.Drift ?? 0));

    /// <summary>A model for one request, to be released after it.</summary>
    public ServedModel Use(string? name)
    {
        while (true)
        {
            IReadOnlyDictionary<string, ServedModel> now = models;
            if (!now.TryGetValue(name ?? preset, out ServedModel? model)) model = now[preset];
            if (model.TryUse()) return model;
        }
    }

    /// <summary>Whether a model has not been replaced.</summary>
    public bool Has(ServedModel model) => models.TryGetValue(model.Name, out ServedModel? now) && now == model;

    /// <summary>Adds a model, or replaces the one of its name; requests under way keep the old one until they are done.</summary>
    public void Put(ServedModel model)
    {
        ServedModel? old;
        lock (changing)
        {
            Dictionary<string, ServedModel> next = models.ToDictionary();
            next.TryGetValue(model.Name, out old);
            next[model.Name] = model;
            models = next;
        }
        old?.Release();
    }

    public void Dispose()
    {
        foreach (ServedModel model in models.Values) model.Release();
    }
}
