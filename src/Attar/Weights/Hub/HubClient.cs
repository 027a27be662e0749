using System.Text.Json;
using Attar.Workspaces;

namespace Attar.Weights.Hub;

/// <summary>Fetches models of the Hub: <c>GET /api/models/ORG/NAME/revision/REVISION?blobs=true</c> says what there is, <c>GET /ORG/NAME/resolve/COMMIT/FILE</c> gives it. Interface: https://huggingface.co/docs/hub/api.</summary>
sealed class HubClient(HubOptions options, IProgressSink progress, TimeProvider clock, CancellationToken cancel)
{
    const int LongestList = 32 << 20; // bytes

    /// <summary>Writes a model and what belongs beside it.</summary>
    /// <param name="folder">Of the entry to be; it may hold what a former run fetched.</param>
    /// <exception cref="InputException">in one line: what is missing, and what to do.</exception>
    public WeightManifest Fetch(HubReference reference, string folder)
    {
        var cache = new HubCache(options.Cache, reference.Repository);
        WeightManifest manifest = FromCache(reference, cache, folder) ?? FromHub(reference, cache, folder).GetAwaiter().GetResult();
        if (KnownWeights.Sha256Of(reference) is { } known && manifest.Files.FirstOrDefault(file => file.Name == $"{WeightManifest.Folder}/{ModelFiles.Single}") is { } weights && weights.Sha256 != known)
            throw new InputException($"{reference}", $"{ModelFiles.Single}: SHA-256 {weights.Sha256}, {known} is known of it; do not use it");
        return manifest;
    }

    /// <summary>Null where the cache does not have all of it.</summary>
    WeightManifest? FromCache(HubReference reference, HubCache cache, string folder)
    {
        if (cache.Snapshot(reference.Asked) is not { } snapshot) return null;
        IReadOnlyList<HubFile> files = HubCache.Files(snapshot.Folder);
        string[] model = ModelFiles.Of([.. files.Select(file => file.Name)], reference.File, out string? missing);
        if (missing is not null || !ModelFiles.HasAllShards(snapshot.Folder)) return null;
        progress.Note($"{reference}: in the cache of the Hub's own tools, {snapshot.Folder}");
        var filling = new EntryFolder(folder);
        HubFile[] wanted = [.. files.Where(file => model.Contains(file.Name) || ModelFiles.IsBeside(file.Name))];
        filling.Keep(wanted.Select(file => file.Name));
        foreach (HubFile file in wanted)
        {
            string to = filling.PathOf(file.Name);
            Copy(Path.Combine(snapshot.Folder, file.Name), to);
            if (file.Digest != "" && !Digest.Fits(to, file.Digest, cancel))
            {
                progress.Note($"{Path.Combine(snapshot.Folder, file.Name)}: damaged, it is not what its name says; fetches it anew");
                File.Delete(to);
                return null;
            }
        }
        return filling.Describe(reference.ToString(), AddressOf(reference), snapshot.Commit, KnownWeights.LicenceOf(reference) ?? "", reference.File, clock, cancel);
    }

    async Task<WeightManifest> FromHub(HubReference reference, HubCache cache, string folder)
    {
        if (options.Offline) throw Offline(reference, folder, "HF_HUB_OFFLINE is set");
        using var connection = new HubConnection(options, clock);
        var download = new HubDownload(connection, progress, clock, cancel, seed: Environment.ProcessId);
        try
        {
            HubRepository repository = await download.Patiently($"{reference}", () => List(connection, reference));
            string[] model = ModelFiles.Of([.. repository.Files.Select(file => file.Name)], reference.File, out string? missing);
            if (missing is not null) throw new InputException($"{reference}", $"the repository has {missing}");
            HubFile[] wanted = [.. repository.Files.Where(file => model.Contains(file.Name) || ModelFiles.IsBeside(file.Name))];
            Check(reference, wanted, folder);
            var filling = new EntryFolder(folder);
            filling.Keep(wanted.Select(file => file.Name));
            long done = 0, total = wanted.Sum(file => file.Size);
            progress.Note($"{reference}: {ByteSize.Spoken(total)} from {AddressOf(reference)}, licence {(repository.Licence == "" ? "not told" : repository.Licence)}");
            foreach (HubFile file in wanted)
            {
                string to = filling.PathOf(file.Name);
                if (File.Exists(to) && new FileInfo(to).Length == file.Size && Digest.Fits(to, file.Digest, cancel)) Came(file.Size);
                else if (cache.Blob(file) is { } blob && Digest.Fits(blob, file.Digest, cancel))
                {
                    Copy(blob, to);
                    Came(file.Size);
                }
                else await download.Fetch(connection.AddressOf($"{reference.Repository}/resolve/{repository.Commit}/{Escaped(file.Name)}"), file, to, Came);

                void Came(long bytes) => progress.Report($"{reference}", done += bytes, total, file.Name);
            }
            return filling.Describe($"{reference}", AddressOf(reference), repository.Commit, KnownWeights.LicenceOf(reference) ?? repository.Licence, reference.File, clock, cancel);
        }
        catch (HubException fault)
        {
            throw fault.Unreachable ? Offline(reference, folder, fault.Message) : new InputException($"{reference}", fault.Message);
        }
    }

    async Task<HubRepository> List(HubConnection connection, HubReference reference)
    {
        Uri address = connection.AddressOf($"api/models/{reference.Repository}/revision/{Uri.EscapeDataString(reference.Asked)}?blobs=true");
        using HttpResponseMessage response = await connection.Get(address, 0, cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            await response.Content.LoadIntoBufferAsync(LongestList, limit.Token);
            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(limit.Token), cancellationToken: limit.Token);
            return HubRepository.Read(answer.RootElement);
        }
        catch (JsonException)
        {
            throw new HubException($"{address.Host} answered with something else than JSON; is HF_ENDPOINT a Hub, and nothing in between that asks to log in?");
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException || fault is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new HubException($"the list of files broke off, or is longer than {ByteSize.Spoken(LongestList)}", temporary: true);
        }
    }

    void Check(HubReference reference, HubFile[] files, string folder)
    {
        const long Most = 4L << 40;
        if (files.FirstOrDefault(file => file.Size < 0 || file.Digest == "") is { } unknown)
            throw new InputException($"{reference}", $"{unknown.Name}: the Hub lists no size or no digest, without which nobody can tell what comes; try again, or fetch it by other means and name the folder");
        UInt128 needed = 0;
        foreach (HubFile file in files) needed += (UInt128)file.Size;
        if (needed > Most) throw new InputException($"{reference}", $"lists {ByteSize.Spoken((double)needed)}; expected {ByteSize.Spoken(Most)} at most");
        long there = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), free = new DriveInfo(folder).AvailableFreeSpace;
        if ((long)needed - there > free) throw new InputException($"{reference}", $"needs {ByteSize.Spoken((double)needed)}, {ByteSize.Spoken(free)} are free where {WeightStore.Variable} is; free some space, or set {WeightStore.Variable} to a folder on another disk");
    }

    /// <summary>Which files to bring by other means, and where to put them.</summary>
    InputException Offline(HubReference reference, string folder, string why) =>
        new($"{reference}", $"{why}; without the Hub, put {ModelFiles.Wanted(reference.File)} of {AddressOf(reference)} into {WeightStore.ByHand(folder)} and run the same command again");

    string AddressOf(HubReference reference) => new Uri(options.Endpoint, reference.Repository + (reference.Revision is null ? "" : $"/tree/{reference.Revision}")).ToString();

    static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
