using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Data;

namespace Attar.EndToEnd.Tests;

/// <summary><c>attar label</c> as a process that is stopped in every way there is; <c>ATTAR_KILLS=50</c> stops it so often.</summary>
public sealed class LabelKillTests : IDisposable
{
    const int Products = 200, Queries = 1500; // 300,000 pairs: two shards and a part of one
    const int ShardBlocks = 5000; // of 512 bytes: somewhat less than a whole shard
    const int StopsOfAWorkspace = 6;

    static readonly int stops = int.Parse(Environment.GetEnvironmentVariable("ATTAR_KILLS") ?? "6", CultureInfo.InvariantCulture);

    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public void Killed_at_random_also_inside_a_write_or_refused_the_room_the_store_ends_with_the_same_bytes()
    {
        MakeWorkspace("whole");
        long began = Stopwatch.GetTimestamp();
        Printed undisturbed = Label("whole");
        Assert.True(undisturbed.Code == 0, undisturbed.Error);
        TimeSpan whole = Stopwatch.GetElapsedTime(began);

        var random = new Random(11);
        int stopped = 0, resumed = 0;
        for (int pass = 0; stopped < stops; pass++)
        {
            string workspace = $"stopped{pass}";
            MakeWorkspace(workspace);
            // A few stops on the way through each workspace, then the rest of the way in peace.
            for (int way = 0; way < StopsOfAWorkspace && stopped < stops; way++)
            {
                bool found = File.Exists(attar.PathOf(workspace, "labels/manifest.json"));
                if (Stopped(stopped % 3, workspace, whole, random)) stopped++;
                if (found) resumed++;
            }
            Printed last = Label(workspace);
            Assert.True(last.Code == 0, last.Error);
            AssertSame(workspace);
        }
        Assert.True(resumed > 0); // otherwise every stop came before the first label and nothing was tried
    }

    [Fact]
    public void A_flipped_byte_is_found_and_only_its_shard_made_anew()
    {
        MakeWorkspace("whole");
        MakeWorkspace("flipped");
        Assert.Equal((0, 0), (Label("whole").Code, Label("flipped").Code));
        string[] shards = [.. Directory.GetFiles(attar.PathOf("flipped", "labels"), "*.tsv").Order(StringComparer.Ordinal)];
        DateTime[] written = [.. shards.Select(File.GetLastWriteTimeUtc)];
        byte[] bytes = File.ReadAllBytes(shards[1]);
        bytes[bytes.Length / 3] ^= 4;
        File.WriteAllBytes(shards[1], bytes);
        Printed again = Label("flipped");
        Assert.True(again.Code == 0, again.Error);
        Assert.Contains("labels-00001.tsv is damaged or missing and made anew", again.Error);
        AssertSame("flipped");
        Assert.Equal([0, 2], Enumerable.Range(0, shards.Length).Where(i => File.GetLastWriteTimeUtc(shards[i]) == written[i]));
    }

    /// <summary>One run that is to end before its time; whether it did.</summary>
    bool Stopped(int way, string workspace, TimeSpan whole, Random random)
    {
        string[] label = ["label", workspace, "--teachers", "bm25"];
        bool limited = way > 0 && !OperatingSystem.IsWindows();
        using Process process = limited ? attar.StartWithin(random.Next(1, ShardBlocks), ends: way == 1, label) : attar.Start(label);
        if (limited) return AttarProcess.WaitFor(process).Code != 0;
        Task<string> error = process.StandardError.ReadToEndAsync();
        bool ended = process.WaitForExit(whole * (.2 + .8 * random.NextDouble()));
        if (!ended) process.Kill();
        error.Wait();
        return !ended;
    }

    Printed Label(string workspace) => attar.Run("label", workspace, "--teachers", "bm25");

    void MakeWorkspace(string name)
    {
        Product[] products = [.. Enumerable.Range(0, Products).Select(p => new Product($"p{p}", $"lamp {p % 7} {p % 11}"))];
        DatasetFiles.Write(attar.PathOf(name, "data"), new Dataset(new GradeScale([0, 1], .5), products, [new Query("q", "lamp")], [new Judgment("q", "p1", 1)], new Dictionary<string, Split>()));
        PairStore.WriteQueries(attar.PathOf(name, "pairs"), [.. Enumerable.Range(0, Queries).Select(q => new Query($"g{q}", $"lamp {q % 7} {q % 11}"))]);
        PairStore.Write(attar.PathOf(name, "pairs"), Enumerable.Range(0, Queries * Products).Select(i => new CandidatePair($"g{i / Products}", $"p{i % Products}", "random")));
    }

    void AssertSame(string workspace)
    {
        string[] names = Names("whole");
        Assert.Equal(4, names.Length);
        Assert.Equal(names, Names(workspace));
        foreach (string name in names.SkipLast(1)) Assert.True(File.ReadAllBytes(attar.PathOf("whole/labels", name)).SequenceEqual(File.ReadAllBytes(attar.PathOf(workspace, "labels", name))), $"{workspace}: {name}");
        Assert.Equal(Manifest("whole"), Manifest(workspace));
    }

    string[] Names(string workspace) => [.. Directory.GetFileSystemEntries(attar.PathOf(workspace, "labels")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    /// <summary>All but the date.</summary>
    string Manifest(string workspace)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(attar.PathOf(workspace, "labels/manifest.json")))!.AsObject();
        manifest.Remove("began");
        return manifest.ToJsonString();
    }
}
