
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>The models that a workspace finds by reference: those of the store, fetched when they are first named.</summary>
public sealed class StoreModels(WeightPull pull, IProgressSink progress) : INamedModels
{
    readonly Dictionary<string, string> found = [];
    readonly HashSet<string> told = [];
    readonly Lock turn = new();

    public string? Find(string model, string own)
    {
        if (WeightReference.Parse(model) is not { } reference) return null;
        lock (turn)
        {
            if (reference is KnownReference && Directory.Exists(own))
            {
                if (told.Add(model)) progress.Note($"{model}: the workspace's own folder {own}, not the weights known by that name");
                return null;
            }
            if (reference is OnnxReference)
            {
                string file = File.Exists(own) ? own : Path.GetFullPath(model);
                if (!File.Exists(file)) return null; // told by whoever wants to read it
                reference = new OnnxReference(file);
            }
            if (found.TryGetValue(model, out string? path)) return path;
            return found[model] = pull.Get(reference).Model;
        }
    }

    public string? LicenceOf(string path) => pull.Store.EntryAt(path)?.Entry.Manifest.Licence;

    public string? NameOf(string path)
    {
        if (pull.Store.EntryAt(path) is not { } place) return null;
        return place.Within == "" ? place.Entry.Manifest.Reference : $"{place.Entry.Manifest.Reference}/{place.Within.Replace('\\', '/')}";
    }
}
