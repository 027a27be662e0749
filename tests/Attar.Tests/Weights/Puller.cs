using Attar.Tests.Labeling.Endpoints;
using Attar.Weights;
using Attar.Weights.Hub;
using Attar.Workspaces;

namespace Attar.Tests.Weights;

/// <summary>A store in a temporary folder, filled from a Hub that is played.</summary>
sealed class Puller : IProgressSink, IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("attar-store-").FullName;

    public List<string> Notes { get; } = [];

    public LeapingClock Clock { get; } = new(TimeSpan.FromDays(1));

    public WeightStore Store => new(this["store"]);

    public string this[params string[] names] => Path.Combine([Root, .. names]);

    /// <summary>Called with how far a pull is, from the thread that pulls.</summary>
    public Action<long> Watch { get; set; } = _ => { };

    public WeightPull At(PlayedHub hub, string? token = null, bool offline = false, CancellationToken cancel = default) => At(hub.Address, token, offline, cancel);

    public WeightPull At(string address, string? token = null, bool offline = false, CancellationToken cancel = default) =>
        new(Store, () => new HubOptions(new Uri(address + "/"), token, this["hub-cache"], offline), Root, this, Clock, cancel);

    public StoredWeights Pull(PlayedHub hub, string reference = "hf:" + PlayedHub.Repository, string? token = null) => At(hub, token).Get(WeightReference.Parse(reference)!);

    /// <summary>What a pull that fails says; afterwards the store has no entry.</summary>
    public string Fault(PlayedHub hub, string reference = "hf:" + PlayedHub.Repository, string? token = null)
    {
        string message = Assert.Throws<InputException>(() => Pull(hub, reference, token)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.Empty(Store.All());
        return message;
    }

    public string[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    public void Report(string what, long done, long total, string detail = "") => Watch(done);

    public void Note(string line)
    {
        lock (Notes) Notes.Add(line);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
