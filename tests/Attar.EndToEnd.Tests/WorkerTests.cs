using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Augmentation;
using Attar.Data;

namespace Attar.EndToEnd.Tests;

/// <summary>Processes that label one workspace together, killed at random, and as Open MPI and Slurm start them; <c>ATTAR_KILLS=20</c> kills so many.</summary>
public sealed partial class WorkerTests : IDisposable
{
    const int Products = 200, Queries = 400, Parts = 12;

    static readonly int kills = int.Parse(Environment.GetEnvironmentVariable("ATTAR_KILLS") ?? "6", CultureInfo.InvariantCulture);

    readonly AttarProcess attar = new();

    public WorkerTests()
    {
        MakeWorkspace("whole");
        MakeWorkspace("shared");
        Printed whole = attar.Run("label", "whole", "--teachers", "bm25");
        Assert.True(whole.Code == 0, whole.Error);
    }

    public void Dispose() => attar.Dispose();

    [Fact]
    public void Workers_that_are_killed_cost_their_own_parts_alone()
    {
        var random = new Random(7);
        int killed = 0;
        var workers = new List<Process>();
        for (int turn = 0; killed < kills && turn < 50; turn++)
        {
            Process[] pair = [Worker(), Worker()];
            Thread.Sleep(random.Next(200, 1500));
            foreach (Process worker in pair)
            {
                if (worker.HasExited) continue;
                worker.Kill();
                killed++;
            }
            foreach (Process worker in pair) worker.Dispose();
            if (Whole() == Parts) Directory.Delete(attar.PathOf("shared", "parts"), recursive: true); // they were quicker: once more
        }
        int before = Whole();
        Printed last = attar.Run("label", "shared", "--teachers", "bm25", "--shard", $"/{Parts}", "--json");
        Assert.True(last.Code == 0, last.Error);
        Assert.Equal(Parts - before, (int)last.Json["made"]!); // what was whole is not made again
        AssertMerged();
    }

    [Fact]
    public void Ranks_of_Open_MPI_share_the_parts()
    {
        Assert.SkipUnless(AttarProcess.Has("mpirun"), "Open MPI is not installed (apt-get install openmpi-bin)");
        using Process mpi = Process.Start(new ProcessStartInfo("mpirun", ["--allow-run-as-root", "--oversubscribe", "-n", "3", "dotnet", "exec", AttarProcess.App, "label", "shared", "--teachers", "bm25", "--shard", $"/{Parts}"]) { WorkingDirectory = attar.PathOf(), RedirectStandardError = true, RedirectStandardOutput = true })!;
        Printed printed = AttarProcess.WaitFor(mpi);
        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal(Parts, MadeParts().Matches(printed.Out).Sum(made => int.Parse(made.Groups[1].Value, CultureInfo.InvariantCulture)));
        AssertMerged();
    }

    [Fact]
    public void An_array_of_jobs_labels_a_part_each()
    {
        Parallel.For(0, Parts, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            using Process worker = attar.StartWith(i % 2 == 0 ? [("SLURM_ARRAY_TASK_ID", $"{i + 1}"), ("SLURM_ARRAY_TASK_MIN", "1")] : [("JOB_COMPLETION_INDEX", $"{i}")], "label", "shared", "--teachers", "bm25", "--shard", $"/{Parts}");
            Printed printed = AttarProcess.WaitFor(worker);
            Assert.True(printed.Code == 0, printed.Error);
        });
        JsonObject progress = attar.Run("labels", "progress", "shared", "--json").Json;
        Assert.Equal((Parts, Products * Queries), ((int)progress["whole"]!, (int)progress["done"]!));
        AssertMerged();
    }

    [Fact]
    public void An_array_of_Slurm_labels_a_part_each_and_a_job_behind_it_joins_them()
    {
        const int parts = 4;
        using var slurm = new SlurmCluster(attar);
        string program = $"dotnet exec {AttarProcess.App}", script = Path.Combine(DocumentsTests.Root(AppContext.BaseDirectory), "deploy", "slurm", "label.sh");
        attar.Variables["ATTAR"] = program;
        string array = slurm.Submit($"--array=0-{parts - 1}", script, attar.PathOf("shared"), $"{parts}", "--teachers", "bm25");
        string merge = slurm.Submit($"--dependency=afterok:{array}", "--kill-on-invalid-dep=yes", "--wrap", $"{program} labels merge {attar.PathOf("shared")}");
        string ended = slurm.End(merge), said = string.Concat(Directory.GetFiles(attar.Folder, "slurm-*.out").Order(StringComparer.Ordinal).Select(File.ReadAllText));
        Assert.True(ended == "COMPLETED", $"{ended}\n{said}");
        Assert.Equal(parts, MadeParts().Matches(said).Sum(made => int.Parse(made.Groups[1].Value, CultureInfo.InvariantCulture)));
        AssertSame();
    }

    [GeneratedRegex(@"(\d+) of \d+ parts labelled")]
    private static partial Regex MadeParts();

    Process Worker() => attar.Start("label", "shared", "--teachers", "bm25", "--shard", $"/{Parts}");

    int Whole() => Directory.Exists(attar.PathOf("shared", "parts", "labels")) ? Directory.GetFiles(attar.PathOf("shared", "parts", "labels"), "*.json").Length : 0;

    void AssertMerged()
    {
        Printed merged = attar.Run("labels", "merge", "shared");
        Assert.True(merged.Code == 0, merged.Error);
        AssertSame();
    }

    void AssertSame()
    {
        Assert.Equal(File.ReadAllBytes(attar.PathOf("whole", "labels", "labels-00000.tsv")), File.ReadAllBytes(attar.PathOf("shared", "labels", "labels-00000.tsv")));
        Assert.Equal(Manifest("whole"), Manifest("shared"));
        Assert.Equal("everything is up to date", Assert.Single(attar.Run("label", "shared", "--teachers", "bm25").ErrorLines));
    }

    /// <summary>All but the date.</summary>
    string Manifest(string workspace)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(attar.PathOf(workspace, "labels", "manifest.json")))!.AsObject();
        manifest.Remove("began");
        return manifest.ToJsonString();
    }

    void MakeWorkspace(string name)
    {
        Product[] products = [.. Enumerable.Range(0, Products).Select(p => new Product($"p{p}", $"lamp {p % 7} {p % 11}"))];
        DatasetFiles.Write(attar.PathOf(name, "data"), new Dataset(new GradeScale([0, 1], .5), products, [new Query("q", "lamp")], [new Judgment("q", "p1", 1)], new Dictionary<string, Split>()));
        PairStore.WriteQueries(attar.PathOf(name, "pairs"), [.. Enumerable.Range(0, Queries).Select(q => new Query($"g{q}", $"lamp {q % 7} {q % 11}"))]);
        PairStore.Write(attar.PathOf(name, "pairs"), Enumerable.Range(0, Queries * Products).Select(i => new CandidatePair($"g{i / Products}", $"p{i % Products}", "random")));
    }
}
