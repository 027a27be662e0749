using Attar.Weights;
using Attar.Weights.Hub;

namespace Attar.Tests.Weights;

public sealed class HubCacheTests : IDisposable
{
    const string Reference = "hf:" + PlayedHub.Repository;

    readonly Puller puller = new();

    public void Dispose() => puller.Dispose();

    [Fact]
    public async Task What_the_Hub_s_own_tools_have_is_not_fetched_again()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        FillCache(hub, file => file != "README.md");
        StoredWeights stored = puller.Pull(hub);
        Assert.Empty(hub.Requests);
        Assert.Equal((PlayedHub.Commit, hub.Files["model.safetensors"].Length), (stored.Manifest.Revision, File.ReadAllBytes(Path.Combine(stored.Model, "model.safetensors")).Length));
        Assert.Null(new FileInfo(Path.Combine(stored.Model, "model.safetensors")).LinkTarget); // whatever becomes of the cache
        Assert.DoesNotContain("pytorch_model.bin", puller.Files(stored.Model));
        Assert.Equal(stored.Folder, puller.At(hub, offline: true).Get(WeightReference.Parse(Reference)!).Folder);
    }

    [Fact]
    public async Task A_commit_is_found_without_a_branch()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        FillCache(hub, _ => true);
        puller.Pull(hub, $"{Reference}@{PlayedHub.Commit}");
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task Of_a_cache_that_lacks_a_file_the_others_are_taken()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        FillCache(hub, file => file != "tokenizer.json");
        puller.Pull(hub);
        Assert.Equal((1, 0), (hub.Times("tokenizer.json"), hub.Times("model.safetensors")));
    }

    [Fact]
    public async Task A_damaged_cache_is_passed_by()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        FillCache(hub, _ => true);
        string blob = puller["hub-cache", "models--org--small-model", "blobs", PlayedHub.Sha256Of(hub.Files["model.safetensors"])];
        byte[] damaged = File.ReadAllBytes(blob);
        damaged[77] ^= 1;
        File.WriteAllBytes(blob, damaged);
        StoredWeights stored = puller.Pull(hub);
        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(stored.Model, "model.safetensors")));
        Assert.Equal(1, hub.Times("model.safetensors"));
    }

    [Fact]
    public void The_environment_of_the_Hub_s_own_tools_is_heard()
    {
        Dictionary<string, string> set = new() { ["HF_HOME"] = puller.Root, ["HF_ENDPOINT"] = "http://mirror.example:8080/hub/", ["HF_HUB_OFFLINE"] = "true" };
        File.WriteAllText(puller["token"], "hf_of_the_file\n");
        HubOptions options = HubOptions.Read(set.GetValueOrDefault);
        Assert.Equal(new HubOptions(new Uri("http://mirror.example:8080/hub/"), "hf_of_the_file", puller["hub"], true), options);
        set["HF_TOKEN"] = "hf_set";
        set["HF_HUB_OFFLINE"] = "0";
        set["HF_HUB_CACHE"] = puller["elsewhere"];
        options = HubOptions.Read(set.GetValueOrDefault);
        Assert.Equal(("hf_set", false, puller["elsewhere"]), (options.Token, options.Offline, options.Cache));
        set["HF_TOKEN"] = "two lines\nof it";
        Assert.DoesNotContain("two lines", Assert.Throws<InputException>(() => HubOptions.Read(set.GetValueOrDefault)).Message);
        set["HF_ENDPOINT"] = "mirror";
        Assert.StartsWith("HF_ENDPOINT: 'mirror'; expected an address", Assert.Throws<InputException>(() => HubOptions.Read(set.GetValueOrDefault)).Message);
    }

    [Fact]
    public void The_store_lies_where_the_environment_says()
    {
        Assert.Equal(puller["mine"], WeightStore.Of(name => name == "ATTAR_STORE" ? puller["mine"] : null).Root);
        Assert.EndsWith("attar", WeightStore.Of(_ => null).Root);
    }

    /// <summary>The cache as the Hub's own tools lay it out.</summary>
    void FillCache(PlayedHub hub, Func<string, bool> has)
    {
        string folder = puller["hub-cache", "models--org--small-model"], snapshot = Path.Combine(folder, "snapshots", PlayedHub.Commit);
        Directory.CreateDirectory(Path.Combine(folder, "refs"));
        Directory.CreateDirectory(Path.Combine(folder, "blobs"));
        File.WriteAllText(Path.Combine(folder, "refs", "main"), PlayedHub.Commit);
        foreach ((string name, byte[] content) in hub.Files.Where(file => has(file.Key)))
        {
            string blob = Path.Combine(folder, "blobs", PlayedHub.IsLarge(content) ? PlayedHub.Sha256Of(content) : PlayedHub.BlobOf(content)), link = Path.Combine(snapshot, name);
            File.WriteAllBytes(blob, content);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
        }
    }
}
