using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling;
using Attar.Recipes;
using Attar.Tests.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling;

/// <summary>However many workers label, their parts make the store that one process writes.</summary>
public sealed class LabelWorkerTests : IDisposable
{
    const int Products = 50, Queries = 70;
    static readonly LabelStage bm25 = new(Teachers: ["bm25"]);
    readonly TemporaryWorkspace whole = new(), shared = new();

    public LabelWorkerTests()
    {
        Fill(whole.Workspace);
        Fill(shared.Workspace);
        whole.Run(bm25);
    }

    public void Dispose()
    {
        whole.Dispose();
        shared.Dispose();
    }

    static void Fill(Workspace workspace, string title = "lamp", params CandidatePair[] more)
    {
        Product[] products = [.. Enumerable.Range(0, Products).Select(p => new Product($"p{p}", $"{title} {p % 7} {p % 11}"))];
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], .5), products, [new Query("q", "lamp")], [new Judgment("q", "p1", 1)], new Dictionary<string, Split>()));
        PairStore.WriteQueries(workspace.Pairs, [.. Enumerable.Range(0, Queries).Select(q => new Query($"g{q}", $"lamp {q % 7} {q % 11}"))]);
        PairStore.Write(workspace.Pairs, [.. Enumerable.Range(0, Queries * Products).Select(i => new CandidatePair($"g{i / Products}", $"p{i % Products}", "random")), .. more]);
    }

    StageContext Context(TemporaryWorkspace workspace, CancellationToken cancel = default) => new(workspace.Workspace, 1, 1, workspace.Sink, TimeProvider.System, cancel);

    int Work(string shard, LabelStage? stage = null, CancellationToken cancel = default) => new LabelWorker(stage ?? bm25, ShardChoice.Parse(shard, _ => null), Context(shared, cancel)).Run();

    void Merge()
    {
        LabelMerge merge = LabelMerge.Of(shared.Workspace);
        RecipeRunner.Run(Recipe.Of(merge.Stage, merge.Seed), Context(shared));
        merge.Discard();
    }

    void AssertSame()
    {
        string[] files = [.. Directory.GetFiles(whole.Workspace.Labels).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(files, Directory.GetFiles(shared.Workspace.Labels).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        foreach (string file in files.Where(file => file != LabelManifest.FileName)) Assert.Equal(File.ReadAllBytes(Path.Combine(whole.Workspace.Labels, file)), File.ReadAllBytes(Path.Combine(shared.Workspace.Labels, file)));
        Assert.Equal(Manifest(whole), Manifest(shared));
    }

    static string Manifest(TemporaryWorkspace workspace)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Workspace.Labels, LabelManifest.FileName)))!.AsObject();
        manifest.Remove("began");
        return manifest.ToJsonString();
    }

    [Theory, InlineData(1), InlineData(3), InlineData(17)]
    public void Any_number_of_parts_in_any_order_makes_the_same_bytes(int parts)
    {
        int[] order = [.. Enumerable.Range(0, parts)];
        new Random(parts).Shuffle(order);
        foreach (int part in order) Assert.Equal(1, Work($"{part}/{parts}"));
        Assert.False(File.Exists(shared.Workspace.Record)); // workers leave it alone
        Merge();
        AssertSame();
        Assert.False(Directory.Exists(Path.Combine(shared.Workspace.Root, "parts")));
        Assert.Empty(shared.Run(bm25)); // as if one process had labelled
    }

    [Fact]
    public void A_worker_without_a_place_takes_what_is_open_until_nothing_is()
    {
        Assert.Equal(1, Work("2/5"));
        Assert.Equal(4, Work("/5"));
        Assert.Equal(0, Work("/5"));
        Merge();
        AssertSame();
    }

    [Fact]
    public void A_part_that_was_left_is_gone_on_with()
    {
        Work("0/2");
        string name = Path.Combine(LabelPart.FolderIn(shared.Workspace), ShardChoice.NameOf(0, 2));
        string[] lines = File.ReadAllLines(name + ".tsv");
        File.Delete(name + ".json");
        File.Delete(name + ".tsv");
        File.WriteAllText(name + ".part", string.Join('\n', lines[..1001]) + "\nhalf a li");
        Work("/2");
        Assert.Equal(1000, PartProgress.Read(name + ".progress")!.Kept);
        Merge();
        AssertSame();
    }

    [Fact]
    public void Missing_damaged_and_foreign_parts_are_told_together()
    {
        Assert.Contains("no parts", Assert.Throws<InputException>(() => LabelMerge.Of(shared.Workspace)).Message);
        Work("0/3");
        Work("2/3");
        string folder = LabelPart.FolderIn(shared.Workspace), last = Path.Combine(folder, ShardChoice.NameOf(2, 3) + ".tsv");
        File.AppendAllText(last, "x\n");
        string message = Assert.Throws<InputException>(() => LabelMerge.Of(shared.Workspace)).Message;
        Assert.Contains("part-00001-of-00003: is missing; label it with --shard 1/3", message);
        Assert.Contains("part-00002-of-00003.tsv: is not the file its manifest describes", message);
        Assert.Contains("is not the file its manifest describes", Assert.Single(new LabelsCheck(shared.Workspace, repair: true, _ => { }, CancellationToken.None).Run()));
        Assert.Equal(2, Work("/3"));
        Work("0/4");
        Assert.Contains("one of 3 parts here, of 4 there", Assert.Throws<InputException>(() => LabelMerge.Of(shared.Workspace)).Message);
    }

    [Fact]
    public void Doubled_and_missing_pairs_are_found_whatever_the_digest_says()
    {
        Work("/1");
        string name = Path.Combine(LabelPart.FolderIn(shared.Workspace), ShardChoice.NameOf(0, 1));
        string[] lines = File.ReadAllLines(name + ".tsv");
        foreach ((string[] wrong, string fault) in new[] { ((string[])[.. lines[..5], lines[4], .. lines[6..]], "twice"), ([.. lines[..5], .. lines[6..]], "where another pair should stand"), (lines[..^1], "lacks query and product g69 p49") })
        {
            File.WriteAllText(name + ".tsv", string.Join('\n', wrong) + "\n");
            JsonObject part = JsonNode.Parse(File.ReadAllText(name + ".json"))!.AsObject();
            part["sha256"] = LabelStore.HashOf(name + ".tsv");
            File.WriteAllText(name + ".json", part.ToJsonString());
            Assert.Contains(fault, Assert.Single(new LabelsCheck(shared.Workspace, repair: false, _ => { }, CancellationToken.None).Run()));
            Assert.Throws<InputException>(Merge);
        }
    }

    [Fact]
    public void Workers_keep_out_a_run_but_not_each_other()
    {
        using var one = new WorkspaceLock(shared.Workspace, shared: true);
        using var other = new WorkspaceLock(shared.Workspace, shared: true);
        Assert.Contains("another run is at work here", Assert.Throws<InputException>(() => shared.Run(bm25)).Message);
        other.Dispose();
        one.Dispose();
        shared.Run(bm25);
        AssertSame();
    }

    [Fact]
    public void Changed_texts_and_other_options_do_not_mix()
    {
        Work("0/2");
        Assert.Contains("other options", Assert.Throws<InputException>(() => Work("0/2", bm25 with { MinAgreement = .5 })).Message);
        Fill(shared.Workspace, "sofa");
        Assert.Contains("other texts", Assert.Throws<InputException>(() => Work("0/2")).Message);
        Work("1/2");
        Assert.Contains("does not belong to the others", Assert.Throws<InputException>(() => LabelMerge.Of(shared.Workspace)).Message);
    }

    [Fact]
    public void One_bad_row_costs_nobody_else_and_is_told_with_its_reason()
    {
        foreach (TemporaryWorkspace workspace in (TemporaryWorkspace[])[whole, shared]) Fill(workspace.Workspace, "lamp", new CandidatePair("g3", "nothing", "random"), new CandidatePair("nobody", "p1", "random"));
        whole.Run(bm25);
        Assert.Contains(whole.Sink.Lines, line => line.StartsWith("label: 2 pairs could not be labelled", StringComparison.Ordinal));
        Assert.Equal("query_id\tproduct_id\treason\ng3\tnothing\tunknown query or product\nnobody\tp1\tunknown query or product\n", File.ReadAllText(Path.Combine(whole.Workspace.Labels, LabelStore.DeadLetters)));
        Assert.Equal(Queries * Products, LabelStore.Read(whole.Workspace.Labels).Count());
        Work("/4");
        Merge();
        AssertSame();
        Assert.Empty(new LabelsCheck(shared.Workspace, repair: false, _ => { }, CancellationToken.None).Run());
    }

    [Fact]
    public void A_teacher_at_which_most_pairs_fail_is_at_fault_itself()
    {
        Fill(shared.Workspace, "lamp", [.. Enumerable.Range(0, 1000).Select(i => new CandidatePair($"g{i}", "nothing", "random"))]);
        Assert.Contains("pairs could not be labelled, the last one because: unknown query or product", Assert.Throws<StageFailedException>(() => shared.Run(bm25)).Message);
    }

    [Fact]
    public void Progress_tells_who_is_at_work_who_is_done_and_who_was_lost()
    {
        Work("0/4");
        string folder = LabelPart.FolderIn(shared.Workspace);
        DateTimeOffset now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        new PartProgress(1, 4, Queries * Products, 875, 500, 100, "a", now.AddSeconds(-40), now).Write(folder);
        new PartProgress(2, 4, Queries * Products, 875, 300, 0, "b", now.AddSeconds(-400), now.AddSeconds(-100)).Write(folder);
        LabelProgress progress = LabelProgress.Of(shared.Workspace, new Fixed(now));
        Assert.Equal([WorkerState.Ended, WorkerState.AtWork, WorkerState.Lost], progress.Workers.Select(worker => worker.State));
        Assert.Equal((3500, 1675, 4, 1, 10.0, TimeSpan.FromSeconds(182.5)), (progress.Pairs, progress.Done, progress.Parts, progress.Whole, progress.PairsPerSecond, progress.Left));
        double worked = LabelPart.Read(Path.Combine(folder, ShardChoice.NameOf(0, 4) + ".json")).Seconds + 40 + 300;
        Assert.Equal(worked, progress.Worked.TotalSeconds, tolerance: 1e-6);
        Assert.Equal(worked * (1 + 1825 / 1575.0), progress.WorkInAll!.Value.TotalSeconds, tolerance: 1e-6); // 1,575 of the 1,675 are theirs, 1,825 are open
    }

    sealed class Fixed(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
