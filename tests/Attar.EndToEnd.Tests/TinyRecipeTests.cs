using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Attar.Server.Load;

namespace Attar.EndToEnd.Tests;

/// <summary>A workspace filled once for all tests of the class.</summary>
public sealed class TinyWorkspace : IDisposable
{
    internal AttarProcess Attar { get; } = new();
    internal Printed Filled { get; }

    public TinyWorkspace()
    {
        Attar.Write("tiny.json", TinyRecipe.Json);
        Filled = Attar.Run("run", "tiny.json", "--json");
    }

    public void Dispose() => Attar.Dispose();
}

public sealed class TinyRecipeTests(TinyWorkspace tiny) : IClassFixture<TinyWorkspace>
{
    [Fact]
    public void The_whole_loop_ends_with_every_system_measured()
    {
        Assert.True(tiny.Filled.Code == 0, tiny.Filled.Error);
        JsonArray systems = tiny.Filled.Json["systems"]!.AsArray();
        Assert.Equal(TinyRecipe.Systems, systems.Select(system => (string?)system!["name"]));
        Assert.All(systems, system => Assert.All(new[] { "ndcg@5", "ndcg@10", "auc", "recall@p95" }, metric => Assert.InRange((double)system![metric]!, 0, 1)));
        Assert.All(systems, system => Assert.NotNull(system!["ci"]!["ndcg@5"]));
        Assert.True((double)tiny.Filled.Json["latency_ms"]! > 0);
        Assert.True(File.Exists(tiny.Attar.PathOf("workspace", "report", "index.html")));
    }

    [Fact]
    public void A_second_run_has_nothing_to_do_and_tells_the_same_figures()
    {
        Printed again = tiny.Attar.Run("run", "tiny.json", "--json");
        Assert.Empty(again.Json["ran"]!.AsArray());
        Assert.Equal(tiny.Filled.Json["systems"]!.ToJsonString(), again.Json["systems"]!.ToJsonString());
        Assert.Equal("everything is up to date", Assert.Single(again.ErrorLines));
    }

    [Fact]
    public void A_recipe_of_two_rounds_asks_the_teacher_about_what_the_first_student_finds()
    {
        tiny.Attar.Write("rounds.json", TinyRecipe.Rounds());
        Printed printed = tiny.Attar.Run("run", "rounds.json", "rounds", "--json");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal(["label", "distill student-1", "generate round 2", "label round 2", "distill student", "evaluate"], printed.Json["ran"]!.AsArray().Select(title => (string)title!).SkipWhile(title => title != "label"));
        string[] Lines(string file) => File.ReadAllLines(tiny.Attar.PathOf("rounds", file));
        Assert.Contains(printed.ErrorLines, line => line.StartsWith($"label: {Lines("labels/labels-00000.tsv").Length - 1:N0} of {Lines("labels-2/labels-00000.tsv").Length - 1:N0} pairs were labelled before", StringComparison.Ordinal));
        Assert.Empty(Lines("labels/labels-00000.tsv").Except(Lines("labels-2/labels-00000.tsv")));
        Assert.All(Lines("pairs-2/pairs.tsv").Except(Lines("pairs/pairs.tsv")), line => Assert.Contains("\tmodel\t", line));

        Assert.Empty(tiny.Attar.Run("run", "rounds.json", "rounds", "--json").Json["ran"]!.AsArray());
        Printed more = tiny.Attar.Run("run", "rounds.json", "rounds", "--json", "--set", "stages.generate round 2.perQuery=5");
        Assert.Equal(["generate round 2", "label round 2", "distill student", "evaluate"], more.Json["ran"]!.AsArray().Select(title => (string)title!)); // the first round is not touched
        tiny.Attar.Run("audit", "pairs", "rounds", "--round", "2"); // whatever it thinks of so small a shop
        Assert.True(File.Exists(tiny.Attar.PathOf("rounds", "audit", "pairs-2.html")));
    }

    [Fact]
    public void Score_writes_one_line_for_each_pair()
    {
        Printed printed = tiny.Attar.Run("score", "--model", "student");
        Assert.True(printed.Code == 0, printed.Error);
        int Lines(params string[] path) => File.ReadAllLines(tiny.Attar.PathOf(["workspace", .. path])).Length;
        Assert.Equal(Lines("pairs", "pairs.tsv"), Lines("scores", "student.tsv"));
    }

    [Fact]
    public void Score_tells_every_unknown_pair_by_file_and_line()
    {
        tiny.Attar.Write("pairs.tsv", "query_id\tproduct_id\nnobody\tnothing\n");
        Printed printed = tiny.Attar.Run("score", "--pairs", "pairs.tsv", "--model", "bm25");
        Assert.Equal(2, printed.Code);
        Assert.Equal(2, printed.ErrorLines.Count(line => line.StartsWith("attar: pairs.tsv:2: unknown", StringComparison.Ordinal)));
    }

    [Fact]
    public void Export_copies_a_model_that_can_be_read()
    {
        Printed printed = tiny.Attar.Run("export", "model", "--int8");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.True(File.Exists(tiny.Attar.PathOf("model", "onnx", "model_int8.onnx")));
        string card = File.ReadAllText(tiny.Attar.PathOf("model", "README.md"));
        Assert.StartsWith("---\nlibrary_name: sentence-transformers\npipeline_tag: text-ranking\ntags:\n", card, StringComparison.Ordinal);
        Assert.Contains("| ndcg@10 | 0.", card);
        Assert.Contains("Learned from a teacher's scores of ", card);
        Assert.Contains("CrossEncoder(\"path/to/this/folder\", backend=\"onnx\").predict(", card);
        Assert.False(File.Exists(tiny.Attar.PathOf("model", "model.safetensors"))); // the student has marks: plain BERT is to find nothing
        Assert.True(File.Exists(tiny.Attar.PathOf("model", "attar", "model.safetensors")));
        Assert.True(File.Exists(tiny.Attar.PathOf("model", "onnx", "model.onnx")));
        Assert.False(File.Exists(tiny.Attar.PathOf("model", "training.tsv")));
    }

    [Theory, InlineData("own"), InlineData("workspace/own")]
    public void Export_keeps_a_card_that_somebody_wrote_and_no_ONNX_of_another_model(string folder)
    {
        Printed first = tiny.Attar.Run("export", folder, "--int8");
        Assert.True(first.Code == 0, first.Error);
        File.WriteAllText(tiny.Attar.PathOf(folder, "README.md"), "# Ours\n");
        Printed printed = tiny.Attar.Run("export", folder);
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Contains("README.md kept: it is not one that export wrote", printed.Error);
        Assert.Equal("# Ours\n", File.ReadAllText(tiny.Attar.PathOf(folder, "README.md")));
        Assert.True(File.Exists(tiny.Attar.PathOf(folder, "onnx", "model.onnx")));
        Assert.False(File.Exists(tiny.Attar.PathOf(folder, "onnx", "model_int8.onnx")));
    }

    [Fact]
    public void Export_leaves_ONNX_out_for_a_decoder_and_says_so()
    {
        Printed printed = tiny.Attar.Run("export", "teacher-model", "--model", "teacher");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Contains("model.onnx left out: only encoders can be written as ONNX, teacher is llama", printed.Error);
        Assert.False(File.Exists(tiny.Attar.PathOf("teacher-model", "onnx", "model.onnx")));
    }

    [Fact]
    public void Bench_writes_requests_and_times_a_model_on_them()
    {
        Printed lists = tiny.Attar.Run("bench", "lists", "--candidates", "10", "--out", "lists.jsonl", "--json");
        Assert.True(lists.Code == 0, lists.Error);
        Printed speed = tiny.Attar.Run("bench", "rerank", "--lists", "lists.jsonl", "--scores", "scores.jsonl", "--json");
        Assert.True(speed.Code == 0, speed.Error);
        Assert.Equal((int)lists.Json["requests"]!, (int)speed.Json["requests"]!);
        Assert.Equal((int)lists.Json["pairs"]!, (int)speed.Json["pairs"]!);
        Assert.All(new[] { "pairs_per_s", "p50_ms", "p99_ms" }, name => Assert.True((double)speed.Json[name]! > 0, name));
        Assert.Equal((int)lists.Json["requests"]!, File.ReadAllLines(tiny.Attar.PathOf("scores.jsonl")).Length);
    }

    [Fact]
    public void Bench_writes_requests_that_can_be_sent_to_a_server()
    {
        Printed printed = tiny.Attar.Run("bench", "lists", "--texts", "--candidates", "10", "--out", "texts.jsonl", "--json");
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal((int)printed.Json["requests"]!, LoadGenerator.ReadLists(tiny.Attar.PathOf("texts.jsonl")).Count);
    }

    [Fact]
    public void Bench_finds_its_requests_in_the_workspace_too()
    {
        Printed printed = tiny.Attar.Run("bench", "rerank", "--requests", "3", "--candidates", "10", "--json");
        Assert.Equal(3, (int)printed.Json["requests"]!);
    }

    [Fact]
    public void Bench_times_a_model_of_random_weights()
    {
        Printed model = tiny.Attar.Run("bench", "model", "--layers", "1", "--hidden", "16", "--heads", "2", "--ffn", "32", "--vocab", "50", "--out", "random");
        Assert.True(model.Code == 0, model.Error);
        Assert.True(File.Exists(tiny.Attar.PathOf("random", "onnx", "model.onnx")));
        Assert.True(tiny.Attar.Run("bench", "rerank", "--model", "random", "--requests", "3", "--candidates", "5").Code == 0);
    }

    [Fact]
    public void Bench_tells_bad_requests_by_file_and_line()
    {
        tiny.Attar.Write("bad.jsonl", """{"query_id":"q","pairs":[{"input_ids":[99999],"token_type_ids":[0]}]}""" + "\nnothing\n");
        Printed printed = tiny.Attar.Run("bench", "rerank", "--lists", "bad.jsonl", "--scores", "none.jsonl");
        Assert.Equal(2, printed.Code);
        Assert.Equal(["attar: bad.jsonl:1: ", "attar: bad.jsonl:2: "], printed.ErrorLines.Select(line => line[..20]));
        Assert.False(File.Exists(tiny.Attar.PathOf("none.jsonl")));
    }

    [Fact]
    public void Bench_refuses_a_model_that_is_no_encoder()
    {
        Printed printed = tiny.Attar.Run("bench", "rerank", "--model", "teacher");
        Assert.Equal(2, printed.Code);
        Assert.Contains("expected an encoder of one", Assert.Single(printed.ErrorLines));
    }

    [Fact]
    public void A_model_that_is_not_there_is_one_line()
    {
        Printed printed = tiny.Attar.Run("bench", "rerank", "--model", "nobody");
        Assert.Equal(2, printed.Code);
        Assert.Contains("no model named 'nobody'", Assert.Single(printed.ErrorLines));
    }

    [Fact]
    public async Task Serve_answers_and_stops_when_asked()
    {
        using Process process = tiny.Attar.Start("serve", "--port", "0", "--json");
        try
        {
            JsonNode started = JsonNode.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!)!;
            using var client = new HttpClient { BaseAddress = new Uri((string)started["address"]!) };
            HttpResponseMessage answer = await client.PostAsJsonAsync("rerank", new { query = "lamp", texts = new[] { "a lamp", "a chair" } }, TestContext.Current.CancellationToken);
            Assert.Equal(2, (await answer.Content.ReadFromJsonAsync<JsonArray>(TestContext.Current.CancellationToken))!.Count);
            Signal(process, "TERM");
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), "the server did not stop");
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task Label_asks_a_teacher_that_another_attar_serves()
    {
        Directory.CreateDirectory(tiny.Attar.PathOf("elsewhere"));
        foreach (string folder in new[] { "data", "pairs" })
        {
            Directory.CreateDirectory(tiny.Attar.PathOf("elsewhere", folder));
            foreach (string file in Directory.GetFiles(tiny.Attar.PathOf("workspace", folder))) File.Copy(file, tiny.Attar.PathOf("elsewhere", folder, Path.GetFileName(file)));
        }
        using Process process = tiny.Attar.Start("serve", "--port", "0", "--json", "--model", "teacher");
        try
        {
            string address = (string)JsonNode.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!)!["address"]!;
            foreach (string protocol in new[] { "tei-predict", "tei-rerank", "vllm-score", "jina", "cohere" })
            {
                Printed printed = tiny.Attar.Run("label", "elsewhere", "--teacher", address, "--protocol", protocol, "--accept-any");
                Assert.True(printed.Code == 0, printed.Error);
                int Lines(params string[] path) => File.ReadAllLines(tiny.Attar.PathOf(["elsewhere", .. path])).Length;
                Assert.Equal(Lines("pairs", "pairs.tsv"), Lines("labels", "labels-00000.tsv"));
            }
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void A_stopped_run_says_how_to_go_on_and_goes_on()
    {
        string[] run = ["run", "tiny.json", "stopped", "--set", "checkpoints=60", "--set", "stages.teach.training.epochs=20000"];
        using Process process = tiny.Attar.Start(run);
        while (process.StandardError.ReadLine() is { } line && !line.StartsWith("teach: starts", StringComparison.Ordinal)) { }
        Signal(process, "TERM");
        Printed stopped = AttarProcess.WaitFor(process);
        Assert.Equal(130, stopped.Code);
        Assert.Equal("attar: stopped; run the same command again to go on from here", stopped.ErrorLines[^1]);
        Assert.NotEmpty(Directory.GetFiles(tiny.Attar.PathOf("stopped", ".making"), "latest.safetensors", SearchOption.AllDirectories));

        using Process again = tiny.Attar.Start(run);
        string? first = again.StandardError.ReadLine();
        again.Kill();
        Assert.Equal("teach: resumes", first);
    }

    [Fact]
    public void A_full_disk_is_one_line_and_leaves_a_workspace_that_can_go_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs to mount a small disk");
        string disk = tiny.Attar.PathOf("full");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(Do("mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", disk), "no disk can be mounted here");
        try
        {
            Printed printed = tiny.Attar.Run("run", "tiny.json", "full");
            Assert.Equal(1, printed.Code);
            Assert.StartsWith("attar: the disk is full; free some space, then run the same command again", printed.ErrorLines[^1]);
            Assert.True(Do("mount", "-o", "remount,size=64m", disk));
            Assert.Equal(0, tiny.Attar.Run("run", "tiny.json", "full").Code);
        }
        finally
        {
            Do("umount", disk);
        }
    }

    static bool Do(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    static void Signal(Process process, string name) => Process.Start("kill", [$"-{name}", $"{process.Id}"]).WaitForExit();
}
