using Attar.Data;
using Attar.Evaluation;
using Attar.Evaluation.Audit;
using Attar.Evaluation.Promotion;
using Attar.Retrieval;
using Attar.Workspaces;

namespace Attar.Tests.Evaluation.Promotion;

/// <summary>Whether a model may take another's place, who signs, and what is swapped. The models are made up; their folders are real.</summary>
public sealed class PromoterTests : IDisposable
{
    readonly MadeUp.Folder folder = new();
    readonly Dataset shop = MadeUp.Shop(200);

    public PromoterTests()
    {
        DatasetFiles.Write(folder.At("data"), shop);
        Model("student", "old");
        Model("wide", "new");
    }

    public void Dispose() => folder.Dispose();

    void Model(string name, string content)
    {
        folder.Write($"{name}/config.json", $$"""{"of":"{{content}}"}""");
        folder.Write($"{name}/attar/model.safetensors", content);
        folder.Write($"{name}/checkpoints/7/state", content);
    }

    StageContext Context => MadeUp.Context(folder.Root);

    Promoter Promote(double noiseOld, double noiseNew, PromotionLimits? limits = null) => new("wide", "student", limits ?? new PromotionLimits(Slower: 1000, Regressions: 1), new Measuring(Resamples: 500, PooledResamples: 100))
    {
        Load = (data, name, _) => new MadeUp.Reranker(name, data, name == "student" ? noiseOld : noiseNew),
    };

    string PageOf(Promoter promoter) => File.ReadAllText(Path.Combine(promoter.FolderIn(Context.Workspace), PromotionReport.PageName));

    static Gate GateOf(PromotionReport report, string name) => report.Gates.Single(gate => gate.Name == name);

    [Fact]
    public void A_better_model_may_and_takes_the_place_once_somebody_signed()
    {
        Promoter promoter = Promote(noiseOld: 3, noiseNew: .5);
        PromotionReport report = promoter.Compare(Context);
        Assert.True(report.Passed, string.Join('\n', report.Gates));
        Assert.Contains("wide may take the place of student", PageOf(promoter));
        Assert.Contains("Not signed", PageOf(promoter));
        Assert.Equal("old", File.ReadAllText(folder.At("student/attar/model.safetensors"))); // comparing swaps nothing

        PromotionReport signed = promoter.Sign("Ann <Example>", Context);
        Assert.Equal("Ann <Example>", signed.SignedBy);
        Assert.Equal("new", File.ReadAllText(folder.At("student/attar/model.safetensors")));
        Assert.False(Directory.Exists(folder.At("student/checkpoints")));
        Assert.Equal("old", File.ReadAllText(folder.At("promotions/wide-over-student/before/attar/model.safetensors")));
        Assert.Contains("<strong>Ann &lt;Example&gt;</strong>", PageOf(promoter));
        Assert.DoesNotContain("Not signed", PageOf(promoter));
        Assert.False(Directory.Exists(folder.At(".making")) || Directory.Exists(folder.At(".replaced")));
        Assert.Equal("Ann <Example>", PromotionReport.Read(promoter.FolderIn(Context.Workspace))!.SignedBy);
        Assert.Contains("stands at student already", Assert.Throws<InputException>(() => promoter.Compare(Context)).Message);
        Assert.Throws<InputException>(() => promoter.Sign("Bob", Context)); // a page is signed once
    }

    [Fact]
    public void A_worse_model_may_not_and_no_signature_helps()
    {
        Promoter promoter = Promote(noiseOld: .5, noiseNew: 3);
        PromotionReport report = promoter.Compare(Context);
        Assert.False(report.Passed);
        Assert.False(GateOf(report, "NDCG@5").Passed);
        Assert.NotEmpty(report.Segments);
        Assert.Contains(report.Segments, segment => segment.Verdict == Comparison.Worse);
        Assert.False(GateOf(report, "segments").Passed);
        Assert.Contains("wide may not take the place of student", PageOf(promoter));
        Assert.Null(promoter.Sign("Ann", Context).SignedBy);
        Assert.Equal("old", File.ReadAllText(folder.At("student/attar/model.safetensors")));
    }

    [Fact]
    public void What_is_signed_is_what_was_read()
    {
        Promoter promoter = Promote(3, .5);
        Assert.Contains("run the command without --sign", Assert.Throws<InputException>(() => promoter.Sign("Ann", Context)).Message);
        promoter.Compare(Context);
        Assert.Throws<InputException>(() => Promote(3, .5, new PromotionLimits(Slower: 9)).Sign("Ann", Context)); // other limits
        folder.Write("wide/attar/model.safetensors", "newer");
        Assert.Throws<InputException>(() => promoter.Sign("Ann", Context));
        Model("wide", "new");
        DatasetFiles.Write(folder.At("data"), MadeUp.Shop(200, seed: 2));
        Assert.Throws<InputException>(() => promoter.Sign("Ann", Context));
        DatasetFiles.Write(folder.At("data"), shop);
        Assert.Equal("Ann", promoter.Sign("Ann", Context).SignedBy);
    }

    [Fact]
    public void Each_condition_holds_or_does_not()
    {
        PromotionReport report = Promote(1, 1.2, new PromotionLimits(Tolerance: 1, Regressions: 0, Loss: .05, Slower: 1e-9, Overlap: 1)).Compare(Context);
        Assert.Equal(["regressions", "latency", "drift"], report.Gates.Where(gate => !gate.Passed && gate.Name is not ("NDCG@5" or "segments")).Select(gate => gate.Name));
        Assert.NotEmpty(report.Regressed);
        Assert.True(report.Regressed[0].New < report.Regressed[0].Old);
        Assert.True(report.Regressed.Zip(report.Regressed.Skip(1)).All(pair => pair.First.New - pair.First.Old <= pair.Second.New - pair.Second.Old)); // the worst first

        Promoter flat = Promote(1, 1) with { Load = (data, name, _) => name == "student" ? new MadeUp.Reranker(name, data, 1) : new MadeUp.Answering(name, products => new float[products.Count]) };
        Assert.False(GateOf(flat.Compare(Context), "scores").Passed);
    }

    [Fact]
    public void A_stage_that_made_the_folder_is_forgotten_so_that_no_recipe_makes_it_anew()
    {
        var record = WorkspaceRecord.Load(Context.Workspace);
        foreach ((string title, string output) in ((string, string)[])[("distill student", "student"), ("distill wide", "wide")])
            record.Stages[title] = new StageEntry([], 1, [], DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, new(StringComparer.Ordinal) { [output] = "hash" }, [$"{output}/config.json"]);
        record.Save(Context.Workspace);
        Promoter promoter = Promote(3, .5);
        promoter.Compare(Context);
        promoter.Sign("Ann", Context);
        Assert.Equal(["distill wide"], WorkspaceRecord.Load(Context.Workspace).Stages.Keys);
    }

    [Fact]
    public void A_swap_that_was_killed_between_its_renames_leaves_the_old_model_to_be_found_and_is_ended_by_the_next()
    {
        Promoter promoter = Promote(3, .5);
        promoter.Compare(Context);
        Directory.CreateDirectory(folder.At(".replaced"));
        Directory.Move(folder.At("student"), folder.At(".replaced/student"));
        folder.Write(".making/promote-student/config.json", "half");
        promoter.Sign("Ann", Context);
        Assert.Equal("new", File.ReadAllText(folder.At("student/attar/model.safetensors")));
        Assert.Equal("old", File.ReadAllText(folder.At("promotions/wide-over-student/before/attar/model.safetensors")));
    }

    [Fact]
    public void What_was_there_is_promoted_back()
    {
        Promoter promoter = Promote(3, .5);
        promoter.Compare(Context);
        promoter.Sign("Ann", Context);
        Promoter back = promoter with { New = folder.At("promotions/wide-over-student/before"), Limits = new PromotionLimits(1, Regressions: 1, Slower: 1000), Load = (data, name, _) => new MadeUp.Reranker(name, data, 1) };
        back.Compare(Context);
        back.Sign("Ann", Context);
        Assert.Equal("old", File.ReadAllText(folder.At("student/attar/model.safetensors")));
    }

    [Theory]
    [InlineData("gone", "student", "no model named 'gone'"), InlineData("wide", "gone", "no model named 'gone'"), InlineData("student", "student", "stands at student already"), InlineData("wide", "../student", "model name")]
    public void What_cannot_be_is_told(string now, string old, string told) =>
        Assert.Contains(told, Assert.Throws<InputException>(() => (Promote(1, 1) with { New = now, Old = old }).Compare(Context)).Message);

    [Fact]
    public void Every_limit_that_cannot_be_is_told() =>
        Assert.Equal(3, Assert.Throws<InputException>(() => Promote(1, 1, new PromotionLimits(Tolerance: -1, Slower: 0, Fewest: 1)).Compare(Context)).Faults.Count);
}

public sealed class DriftsTests
{
    sealed class Found(params Product[] products) : ISearch
    {
        public IReadOnlyList<(Product Product, float Score)> Search(string query, int count) => query == "nothing" ? [] : [.. products.Select(product => (product, 1f))];
    }

    static readonly Product[] products = [.. Enumerable.Range(0, 20).Select(i => new Product($"p{i:00}", "lamp"))];

    static ScoreDrift? Of(Func<int, float> old, Func<int, float> now, params string[] queries) => Drifts.Of(queries, new Found(products), 100,
        new MadeUp.Answering("old", found => [.. found.Select((_, i) => old(i))]), new MadeUp.Answering("new", found => [.. found.Select((_, i) => now(i))]), _ => { });

    [Fact]
    public void The_same_order_is_no_drift_of_rankings_though_scores_move()
    {
        ScoreDrift drift = Of(i => i, i => 2 * i + 5, "lamp", "nothing")!;
        Assert.Equal((1, 1, 1), (drift.Queries, drift.SameFirst, drift.Overlap));
        Assert.Equal(1, drift.Correlation, 1e-9);
        Assert.Equal([1, 5, 10, 14, 18], drift.Old); // the nearest of twenty scores
        Assert.Equal([7, 15, 25, 33, 41], drift.New);
    }

    [Fact]
    public void The_other_way_round_shares_no_first_page()
    {
        ScoreDrift drift = Of(i => i, i => -i, "lamp")!;
        Assert.Equal((0, 0), (drift.SameFirst, drift.Overlap));
        Assert.Equal(-1, drift.Correlation, 1e-9);
        Assert.Null(Of(i => i, i => i, "nothing"));
    }
}

public sealed class SegmentsTests
{
    [Fact]
    public void A_change_is_shown_where_it_is_and_not_where_it_is_not()
    {
        JudgedQuery[] queries = [.. Enumerable.Range(0, 100).Select(q => MadeUp.Query($"{q}", 2, 0) with { Query = new Query($"{q}", q < 50 ? "lamp" : "red oak lamp") })];
        double[] old = [.. Enumerable.Range(0, 100).Select(q => .5 + q % 5 * .02)], now = [.. old.Select((value, q) => q < 50 ? value - .1 : value + (q % 2 == 0 ? .01 : -.01))];
        now[99] = double.NaN;
        IReadOnlyList<SegmentChange> segments = Segments.Of(queries, old, now, [new Dimension("query-length", (query, _) => $"{query.Text.Split(' ').Length}"), new Dimension("none", (_, _) => "")], 20, 500, 1);
        Assert.Equal([("1", 50, Comparison.Worse), ("3", 49, Comparison.NotShown)], segments.Select(segment => (segment.Segment, segment.Queries, segment.Verdict)));
        Assert.Equal(-.1, segments[0].Difference, 1e-9);
        Assert.Empty(Segments.Of(queries, old, now, [new Dimension("each", (query, _) => query.Id)], 20, 500, 1));
    }
}
