using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Attar.Weights;

namespace Attar.Tests.Weights;

public sealed class HubPullTests : IDisposable
{
    const string Reference = "hf:" + PlayedHub.Repository, Weights = "model.safetensors";

    readonly Puller puller = new();

    public void Dispose() => puller.Dispose();

    [Fact]
    public async Task A_model_is_fetched_with_the_files_it_needs_and_its_licence_beside_it()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        StoredWeights stored = puller.Pull(hub);
        Assert.Equal(["1_Pooling/config.json", "config.json", Weights, "modules.json", "tokenizer.json", "tokenizer_config.json"], puller.Files(stored.Model));
        Assert.Equal(["LICENSE.txt", "README.md", "attar-weights.json"], Directory.EnumerateFiles(stored.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(Path.Combine(stored.Model, Weights)));
        WeightManifest manifest = stored.Manifest;
        Assert.Equal((Reference, $"{hub.Address}/{PlayedHub.Repository}", PlayedHub.Commit, "apache-2.0", "model"), (manifest.Reference, manifest.Origin, manifest.Revision, manifest.Licence, manifest.Model));
        Assert.Equal(new WeightFile($"model/{Weights}", 3_000_000, PlayedHub.Sha256Of(hub.Files[Weights])), manifest.Files.Single(file => file.Name.EndsWith(Weights, StringComparison.Ordinal)));
        Assert.Equal(Reference, (string?)JsonNode.Parse(File.ReadAllText(Path.Combine(stored.Folder, "attar-weights.json")))!["reference"]);
        Assert.Empty(stored.Faults(digests: true, CancellationToken.None));
    }

    [Fact]
    public async Task Once_fetched_it_is_found_without_any_network()
    {
        PlayedHub hub = await PlayedHub.Start();
        StoredWeights stored = puller.Pull(hub);
        int requests = hub.Requests.Count;
        Assert.Equal(stored.Folder, puller.Pull(hub).Folder);
        Assert.Equal(requests, hub.Requests.Count);
        string address = hub.Address;
        await hub.DisposeAsync();
        Assert.Equal(stored.Model, puller.At(address).Get(WeightReference.Parse(Reference)!).Model);
        Assert.Equal(stored.Model, puller.At(address, offline: true).Get(WeightReference.Parse(Reference)!).Model);
    }

    [Theory]
    [InlineData("null", "hf:org/base")]
    [InlineData("\"v2\"", "hf:org/base@v2")]
    public async Task An_adapter_comes_with_the_model_it_belongs_to(string revision, string reference)
    {
        await using PlayedHub hub = await PlayedHub.Start(new()
        {
            ["adapter_config.json"] = PlayedHub.Text($$"""{"base_model_name_or_path":"org/base","revision":{{revision}},"peft_type":"LORA"}"""),
            ["adapter_model.safetensors"] = PlayedHub.Bytes(5_000),
            ["adapter_model.bin"] = PlayedHub.Bytes(5_000),
        });
        hub.Others["org/base"] = PlayedHub.Usual();
        StoredWeights stored = puller.Pull(hub);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], puller.Files(stored.Model));
        Assert.Equal([reference, Reference], puller.Store.All().Select(entry => entry.Manifest.Reference));
        Assert.Contains(puller.Notes, note => note == $"{Reference}: is an adapter of {reference}");
        int requests = hub.Requests.Count;
        puller.Pull(hub);
        Assert.Equal(requests, hub.Requests.Count);

        hub.Others["org/evil"] = new(hub.Files) { ["adapter_config.json"] = PlayedHub.Text("""{"base_model_name_or_path":"org/base","revision":"../../../x"}""") };
        int asked = hub.Requests.Count(request => request.Path.Contains("base"));
        Assert.Contains("expected hf:ORG/NAME", Assert.Throws<InputException>(() => puller.Pull(hub, "hf:org/evil")).Message);
        Assert.Equal(asked, hub.Requests.Count(request => request.Path.Contains("base")));

        hub.Others["org/other"] = new() { ["adapter_config.json"] = PlayedHub.Text("{}") };
        Assert.Contains("no adapter_model.safetensors", Assert.Throws<InputException>(() => puller.Pull(hub, "hf:org/other")).Message);
    }

    [Fact]
    public async Task A_revision_is_an_entry_of_its_own()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        StoredWeights main = puller.Pull(hub), branch = puller.Pull(hub, Reference + "@refs/pr/3");
        Assert.NotEqual(main.Folder, branch.Folder);
        Assert.Contains(hub.Requests, request => request.Path == $"/api/models/{PlayedHub.Repository}/revision/refs%2Fpr%2F3" || request.Path == $"/api/models/{PlayedHub.Repository}/revision/refs/pr/3");
        Assert.Equal(2, puller.Store.All().Count);
    }

    [Fact]
    public async Task What_breaks_off_is_gone_on_with_from_where_it_broke()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, times) => path.EndsWith(Weights, StringComparison.Ordinal) && times < 2 ? new(BreakAfter: 1_200_000) : null;
        StoredWeights stored = puller.Pull(hub);
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(Path.Combine(stored.Model, Weights)));
        string?[] ranges = [.. hub.Requests.Where(request => request.Path.EndsWith(Weights, StringComparison.Ordinal)).Select(request => request.Range)];
        Assert.Equal(3, ranges.Length);
        Assert.Null(ranges[0]);
        Assert.All(ranges[1..], range => Assert.Matches("^bytes=[1-9][0-9]*-$", range));
    }

    [Fact]
    public async Task A_pull_that_was_stopped_is_gone_on_with_by_the_next_one()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, times) => path.EndsWith(Weights, StringComparison.Ordinal) && times == 0 ? new(HangAfter: 1_000_000) : null;
        using var stop = new CancellationTokenSource();
        puller.Watch = done =>
        {
            if (done > 1_000_000) stop.Cancel();
        };
        Assert.ThrowsAny<OperationCanceledException>(() => puller.At(hub, cancel: stop.Token).Get(WeightReference.Parse(Reference)!));
        Assert.Empty(puller.Store.All());
        Assert.Null(puller.At(hub).Find(WeightReference.Parse(Reference)!));

        puller.Watch = _ => { };
        StoredWeights stored = puller.Pull(hub);
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(Path.Combine(stored.Model, Weights)));
        Assert.Equal(1, hub.Times("config.json") - hub.Times("1_Pooling/config.json")); // what was whole is not fetched again
        Assert.Matches("^bytes=[1-9][0-9]*-$", hub.Requests.Last(request => request.Path.EndsWith(Weights, StringComparison.Ordinal)).Range);
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_the_file_again()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, times) => !path.EndsWith(Weights, StringComparison.Ordinal) ? null : times == 0 ? new(BreakAfter: 1_500_000) : new(Whole: true);
        StoredWeights stored = puller.Pull(hub);
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(Path.Combine(stored.Model, Weights)));
    }

    [Fact]
    public async Task Part_of_another_file_is_found_out_and_fetched_anew()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, times) => path.EndsWith(Weights, StringComparison.Ordinal) && times == 0 ? new(Content: PlayedHub.Bytes(2_999_999)[..2_000_000], Status: 200) : null;
        Assert.Contains("3,000,000 bytes by the Hub's list, 2,000,000 by the answer", puller.Fault(hub));
        string part = Directory.EnumerateDirectories(Path.Combine(puller["store"], ".partial")).Single() + $"/model/{Weights}.part";
        File.WriteAllBytes(part, PlayedHub.Bytes(2_999_999)[..2_000_000]);
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(Path.Combine(puller.Pull(hub).Model, Weights)));
    }

    [Fact]
    public async Task A_file_that_breaks_off_again_and_again_is_given_up()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, _) => path.EndsWith(Weights, StringComparison.Ordinal) ? new(BreakAfter: 1000) : null;
        Assert.Contains("of 3,000,000 bytes (5 times)", puller.Fault(hub));
    }

    [Fact]
    public async Task A_list_that_lies_about_sizes_is_found_out()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Lies[Weights] = 2_000_000;
        Assert.Contains("model.safetensors: 2,000,000 bytes by the Hub's list, 3,000,000 by the answer", puller.Fault(hub));
    }

    [Fact]
    public async Task Absurd_sizes_are_refused_before_anything_is_fetched()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Lies[Weights] = long.MaxValue;
        Assert.Contains("at most", puller.Fault(hub));
        Assert.Equal(0, hub.Times("config.json"));
    }

    [Fact]
    public async Task A_tampered_file_is_thrown_away()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        byte[] other = [.. hub.Files[Weights]];
        other[1_000_000] ^= 1;
        hub.Mishaps = (path, _) => path.EndsWith(Weights, StringComparison.Ordinal) ? new(Content: other) : null;
        Assert.Contains($"what came is not what the Hub lists, by its digest {PlayedHub.Sha256Of(hub.Files[Weights])}", puller.Fault(hub));
        Assert.DoesNotContain(puller.Files(puller["store"]), file => file.Contains(Weights));

        hub.Mishaps = (path, _) => path.EndsWith("/tokenizer.json", StringComparison.Ordinal) ? new(Content: PlayedHub.Text("""{"version":"1.1"}""")) : null; // a small file, by its blob
        Assert.Contains("tokenizer.json: what came is not what the Hub lists", puller.Fault(hub));
    }

    [Fact]
    public async Task The_token_goes_to_the_Hub_and_not_where_it_redirects_to()
    {
        await using PlayedHub hub = await PlayedHub.Start(), elsewhere = await PlayedHub.Start();
        hub.Mishaps = (path, _) => path.EndsWith(Weights, StringComparison.Ordinal) ? new(To: elsewhere.Address) : null;
        puller.Pull(hub, token: "hf_secret");
        Assert.All(hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Token));
        Assert.Null(Assert.Single(elsewhere.Requests).Token);
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, _) => path.EndsWith(Weights, StringComparison.Ordinal) ? new(To: path) : null;
        Assert.Contains("redirected more than", puller.Fault(hub));
    }

    [Fact]
    public async Task When_the_Hub_asks_to_wait_it_is_waited_for()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (path, times) => times > 0 ? null : path.Contains("/api/") ? new(429, RetryAfter: 7) : path.EndsWith(Weights, StringComparison.Ordinal) ? new(503) : null;
        puller.Pull(hub);
        Assert.Equal(2, puller.Clock.Waits.Count);
        Assert.InRange(puller.Clock.Waits[0].TotalSeconds, 7.5, 8);
        Assert.Contains(puller.Notes, note => note.Contains("answered 429; tries again in"));
    }

    [Fact]
    public async Task A_wait_of_hours_is_told_and_not_waited_for()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (_, _) => new(429, RetryAfter: 7200);
        Assert.Contains("asks to wait 120 min", puller.Fault(hub));
        Assert.Empty(puller.Clock.Waits);
    }

    [Theory]
    [InlineData(401, "", null, "no such repository, or a private one (401); check the name ORG/NAME, and for a private or gated one: set HF_TOKEN")]
    [InlineData(401, "GatedRepo", null, "its owners give access on request (401)")]
    [InlineData(403, "GatedRepo", "hf_x", "its owners give access on request (403): ask for it on the model's page; is the token in HF_TOKEN one of an account that may read it?")]
    [InlineData(404, "RepoNotFound", null, "no such repository")]
    [InlineData(404, "RevisionNotFound", null, "no such revision; name a branch, a tag or a commit")]
    [InlineData(404, "EntryNotFound", null, "no such file at that revision")]
    [InlineData(404, "", null, "not found; check the name")]
    [InlineData(418, "", null, "answered 418")]
    public async Task A_refusal_says_what_to_do(int status, string code, string? token, string expected)
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (_, _) => new(status, code);
        string message = puller.Fault(hub, token: token);
        Assert.StartsWith($"{Reference}: {expected}", message);
        Assert.DoesNotContain("hf_x", message);
        Assert.Single(hub.Requests);
    }

    [Theory, InlineData("../evil"), InlineData("/etc/evil"), InlineData("a/../../evil"), InlineData("..\\evil"), InlineData("C:\\evil"), InlineData("")]
    public async Task A_list_that_would_leave_the_folder_is_refused_whole(string name)
    {
        await using PlayedHub hub = await PlayedHub.Start(new(PlayedHub.Usual()) { [name] = PlayedHub.Text("evil") });
        Assert.Contains($"lists '{name}', which would lie outside the model's folder", puller.Fault(hub));
        Assert.Single(hub.Requests);
        Assert.DoesNotContain(puller.Files(puller.Root), file => !file.Contains(".locks"));
    }

    [Fact]
    public async Task A_repository_of_pickles_alone_is_refused()
    {
        Dictionary<string, byte[]> files = PlayedHub.Usual();
        files.Remove(Weights);
        await using PlayedHub hub = await PlayedHub.Start(files);
        Assert.Contains("its weights as a pickle alone (pytorch_model.bin), which can run code when opened; expected model.safetensors", puller.Fault(hub));
    }

    [Fact]
    public async Task Of_a_repository_of_GGUF_files_one_is_named()
    {
        await using PlayedHub hub = await PlayedHub.Start(new() { ["small-q4.gguf"] = PlayedHub.Bytes(5000), ["small-q8.gguf"] = PlayedHub.Bytes(9000), ["README.md"] = PlayedHub.Text("# A card") });
        Assert.Contains("of which one is to be named: small-q4.gguf, small-q8.gguf", puller.Fault(hub));
        StoredWeights stored = puller.Pull(hub, Reference + "/small-q4.gguf");
        Assert.Equal(Path.Combine(stored.Folder, "model", "small-q4.gguf"), stored.Model);
        Assert.Equal(hub.Files["small-q4.gguf"], File.ReadAllBytes(stored.Model));
        Assert.Equal(0, hub.Times("small-q8.gguf"));
    }

    [Fact]
    public async Task Shards_come_with_their_index()
    {
        Dictionary<string, byte[]> files = PlayedHub.Usual();
        files.Remove(Weights);
        files["model.safetensors.index.json"] = PlayedHub.Text("""{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""");
        await using PlayedHub hub = await PlayedHub.Start(files);
        Assert.Contains("without the shards", puller.Fault(hub));
        files["model-00001-of-00002.safetensors"] = PlayedHub.Bytes(2000);
        files["model-00002-of-00002.safetensors"] = PlayedHub.Bytes(2001);
        Assert.Equal(3, puller.Files(puller.Pull(hub).Model).Count(file => file.StartsWith("model", StringComparison.Ordinal) && file.Contains("safetensors")));
    }

    [Fact]
    public async Task Two_pulls_at_once_fetch_each_file_once()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        // Each with a store of its own, on a thread of its own: a pull waits where it stands, and four waiting ones would keep the pool from playing the Hub.
        StoredWeights[] both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => puller.Pull(hub), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.All(both, stored => Assert.Equal(both[0].Folder, stored.Folder));
        Assert.Equal(1, hub.Times(Weights));
        Assert.Empty(both[0].Faults(digests: true, CancellationToken.None));
    }

    [Fact]
    public async Task Something_that_is_no_Hub_is_told_so()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        hub.Mishaps = (_, _) => new(Content: PlayedHub.Text("<html>Please log in</html>"));
        Assert.Contains("answered with something else than JSON", puller.Fault(hub));
        hub.Mishaps = (_, _) => new(Content: PlayedHub.Text("{}"));
        Assert.Contains("expected what the Hub says of a repository", puller.Fault(hub));
    }

    [Fact]
    public void Without_a_network_the_files_and_their_place_are_named_at_once()
    {
        string address = $"http://127.0.0.1:{FreePort()}";
        string message = Assert.Throws<InputException>(() => puller.At(address).Get(WeightReference.Parse(Reference)!)).Message;
        Assert.Empty(puller.Clock.Waits);
        string place = Path.Combine(puller.Store.EntryOf(Reference), "model");
        Assert.Contains("no answer from 127.0.0.1", message);
        Assert.Contains("put config.json, model.safetensors", message);
        Assert.Contains($"into {place} and run the same command again", message);

        Assert.Contains("HF_HUB_OFFLINE is set", Assert.Throws<InputException>(() => puller.At(address, offline: true).Get(WeightReference.Parse(Reference)!)).Message);
    }

    [Fact]
    public void Files_that_were_put_there_by_hand_are_taken_once_they_are_all_there()
    {
        string address = $"http://127.0.0.1:{FreePort()}", place = Path.Combine(puller.Store.EntryOf(Reference), "model");
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "config.json"), "{}");
        Assert.Throws<InputException>(() => puller.At(address).Get(WeightReference.Parse(Reference)!));
        Assert.Contains(puller.Notes, note => note.Contains("has no model.safetensors"));
        File.WriteAllBytes(Path.Combine(place, Weights), PlayedHub.Bytes(2000));
        File.WriteAllText(Path.Combine(place, "tokenizer.json"), "{}");
        StoredWeights stored = puller.At(address).Get(WeightReference.Parse(Reference)!);
        Assert.Equal((place, "put there by hand"), (stored.Model, stored.Manifest.Origin));
        Assert.Equal(stored.Folder, Assert.Single(puller.Store.All()).Folder);
    }

    [Fact]
    public async Task A_file_that_was_lost_or_changed_is_found_out()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        StoredWeights stored = puller.Pull(hub);
        string weights = Path.Combine(stored.Model, Weights);
        byte[] changed = File.ReadAllBytes(weights);
        changed[5] ^= 1;
        File.WriteAllBytes(weights, changed);
        Assert.Empty(stored.Faults(digests: false, CancellationToken.None));
        Assert.Contains("changed since it was fetched", Assert.Single(stored.Faults(digests: true, CancellationToken.None)));
        File.Delete(weights);
        Assert.Contains($"missing; delete {stored.Folder}", Assert.Throws<InputException>(() => puller.Pull(hub)).Message);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
