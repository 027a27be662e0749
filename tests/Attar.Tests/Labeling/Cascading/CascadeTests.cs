using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Labeling;
using Attar.Labeling.Cascading;
using Attar.Labeling.Endpoints;
using Attar.Labeling.Teachers;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Heads;
using Attar.Models.Tokenizers;
using Attar.Recipes;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tests.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Cascading;

/// <summary>BM25 and a model of random weights label a small shop; another model is the dear one.</summary>
public sealed class CascadeTests : IDisposable
{
    static readonly LabelStage stage = new(Teachers: ["bm25", "cheap"], Cascade: new CascadeOptions("dear", .3));
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-cascade-").FullName);
    readonly SinkOfLines notes = new();

    public CascadeTests()
    {
        new ImportStage("generated", Shop: new ShopOptions(Products: 120, Queries: 60, JudgedTrainQueries: 20, JudgedPerQuery: 6)).Run(Context());
        new TokenizerStage(Vocabulary: 300).Run(Context());
        new GenerateStage(PerQuery: 10).Run(Context());
        Make("cheap", seed: 1);
        Make("dear", seed: 2);
        Make("three", seed: 3, [0, .5, 1]);
    }

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);

    [Fact]
    public void A_query_s_labels_come_from_one_mixture_and_the_stamp_says_which()
    {
        Run(stage);
        CascadeStamp how = LabelManifest.Read(workspace.Labels).Stamp.Cascade!;
        Line[] lines = Lines();
        Assert.All(lines.GroupBy(line => line.Query), query => Assert.Single(query.Select(line => line.Asked).Distinct()));
        double asked = lines.Count(line => line.Asked) / (double)lines.Length;
        Assert.InRange(asked, .15, .3); // ten pairs a query: what does not fit is less than that

        double[][] scores = [.. new[] { "bm25", "cheap", "dear" }.Select(ScoresOf)];
        Mixture unasked = Parsed(how.Unasked), all = Parsed(how.Asked);
        Assert.Equal((2, 3), (unasked.Weights.Length, all.Weights.Length));
        var said = new Opinions(scores, [[], [], []]);
        foreach ((int i, Line line) in lines.Index()) Assert.Equal((line.Asked ? all : unasked).Score(said, i), line.Score, 2e-3);

        double[] doubts = [.. lines.Index().GroupBy(line => line.Item.Query).Select(query => Doubt.Of([.. scores[..2].Select(own => query.Select(line => own[line.Index]).ToArray())], unasked.Weights))];
        bool[] were = [.. lines.GroupBy(line => line.Query).Select(query => query.First().Asked)];
        Assert.True(doubts.Zip(were).Where(query => query.Second).Min(query => query.First) >= how.From!.Value - .02); // scores above are of labels, rounded
        Assert.True(doubts.Zip(were).Where(query => !query.Second).Max(query => query.First) < how.From!.Value + .02);
    }

    [Fact]
    public void Its_report_counts_what_was_asked_and_compares_with_asking_always()
    {
        Run(stage);
        Line[] lines = Lines();
        CascadeReport report = Report();
        Assert.Equal((lines.Length, lines.Count(line => line.Asked)), (report.Pairs, report.AskedPairs));
        Assert.Equal((lines.DistinctBy(line => line.Query).Count(), lines.Where(line => line.Asked).DistinctBy(line => line.Query).Count()), (report.Queries, report.AskedQueries));
        Assert.Equal(["bm25", "cheap", "dear"], report.Teachers.Select(teacher => teacher.Name));
        CascadeAgreement dev = report.Dev!;
        Assert.Equal(dev.Pairs + report.AskedPairs, report.Teachers[2].Pairs); // to be weighed, and then where it matters
        Assert.InRange(dev.Asked, .1, .3);
        Assert.Equal((1, 1), (Math.Round(dev.Always.NdcgOfAlways!.Value, 9), dev.Always.KappaWithAlways));
        Assert.InRange(dev.Cascade.NdcgOfAlways!.Value, dev.Never.NdcgOfAlways!.Value, 1);
        Assert.Equal(dev.Never.Ndcg!.Value + dev.Asked * (dev.Always.Ndcg!.Value - dev.Never.Ndcg.Value), dev.Chance.Ndcg!.Value, 1e-9);
        Assert.Contains(notes.Lines, line => line.StartsWith($"label: asked dear about {report.AskedQueries} of {report.Queries} queries, {report.AskedPairs} of {report.Pairs} pairs", StringComparison.Ordinal));
        Assert.Contains(notes.Lines, line => line.StartsWith("  by chance", StringComparison.Ordinal));
    }

    [Fact]
    public void Expected_gains_are_those_of_the_same_log_odds()
    {
        Run(stage);
        Line[] odds = Lines();
        Run(stage with { Transform = ScoreTransform.ExpectedGain });
        foreach ((Line odd, Line gain) in odds.Zip(Lines())) Assert.Equal(1 / (1 + Math.Exp(-odd.Score)), gain.Score, 1e-5);
    }

    [Theory, InlineData(0, 0), InlineData(1, 1)]
    public void None_and_all_can_be_asked(double share, double expected)
    {
        Run(stage with { Cascade = new("dear", share) });
        Assert.Equal(expected, Lines().Average(line => line.Asked ? 1 : 0));
    }

    [Theory, InlineData(1), InlineData(3), InlineData(7)]
    public void Any_number_of_workers_chooses_the_same_queries_and_writes_the_same_bytes(int parts)
    {
        Run(stage);
        (byte[] labels, string manifest, CascadeReport report) = (File.ReadAllBytes(Shard), Manifest(), Report());
        Directory.Delete(workspace.Labels, recursive: true);
        int[] order = [.. Enumerable.Range(0, parts)];
        new Random(parts).Shuffle(order);
        foreach (int part in order) Assert.Equal(1, new LabelWorker(stage, ShardChoice.Parse($"{part}/{parts}", _ => null), Context()).Run());
        Merge();
        Assert.Equal(labels, File.ReadAllBytes(Shard));
        Assert.Equal(manifest, Manifest());
        CascadeReport joined = Report();
        Assert.Equal(report with { Teachers = [] }, joined with { Teachers = [] });
        Assert.Equal(parts * report.Dev!.Pairs + report.AskedPairs, joined.Teachers[2].Pairs);
        Run(stage); // nothing is left to do
        Assert.Equal(labels, File.ReadAllBytes(Shard));
    }

    [Theory, InlineData(.001), InlineData(.37), InlineData(.9)]
    public void A_killed_run_goes_on_in_the_middle_of_a_query_and_ends_with_the_same_bytes(double done)
    {
        Run(stage);
        byte[] labels = File.ReadAllBytes(Shard);
        string[] lines = File.ReadAllLines(Shard);
        File.Delete(Shard);
        File.WriteAllText(Shard + ".part", string.Join('\n', lines[..(2 + (int)(done * (lines.Length - 2)))]) + "\nhalf a li");
        LabelManifest whole = LabelManifest.Read(workspace.Labels);
        (whole with { Shards = [], Count = null }).Write(workspace.Labels);
        Run(stage);
        Assert.Equal(labels, File.ReadAllBytes(Shard));
    }

    [Fact]
    public void Other_pairs_are_chosen_among_anew()
    {
        Run(stage);
        Assert.Contains("asked", File.ReadLines(Shard).First());
        PairStore.Write(workspace.Pairs, [.. PairStore.Read(workspace.Pairs).ToArray().Where(pair => pair.QueryId != "q1").Skip(3)]);
        Run(stage);
        Assert.Contains(notes.Lines, line => line.StartsWith("label: all labels are made anew, those there are of another kind (cascade", StringComparison.Ordinal));
        Assert.All(Lines().GroupBy(line => line.Query), query => Assert.Single(query.Select(line => line.Asked).Distinct()));
        Run(new LabelStage(Teachers: ["dear"])); // and no column of a cascade stays behind
        Assert.DoesNotContain("asked", File.ReadLines(Shard).First());
    }

    [Fact]
    public void The_dear_teacher_is_never_asked_twice()
    {
        Run(stage);
        (byte[] few, CascadeReport first) = (File.ReadAllBytes(Shard), Report());
        LabelStage always = stage with { Cascade = new("dear", 1) };
        Run(always);
        byte[] all = File.ReadAllBytes(Shard);
        Assert.Equal(first.Pairs - first.AskedPairs, Report().Teachers[2].Pairs);
        Run(stage);
        Assert.Equal(0, Report().Teachers[2].Pairs);
        Assert.Equal(few, File.ReadAllBytes(Shard));
        Directory.Delete(workspace.Labels, recursive: true);
        Directory.Delete(workspace.Answers, recursive: true);
        Run(always); // what was kept changed no label
        Assert.Equal(all, File.ReadAllBytes(Shard));
    }

    [Fact]
    public void What_was_said_of_another_text_or_by_another_teacher_is_not_taken()
    {
        LabelStage always = stage with { Cascade = new("dear", 1) };
        Run(always);
        (long pairs, long dev) = (Report().Pairs, Report().Dev!.Pairs);
        Dataset data = DatasetFiles.Read(workspace.Data);
        string changed = PairStore.Read(workspace.Pairs).First().ProductId;
        DatasetFiles.Write(workspace.Data, data with { Products = [.. data.Products.Select(product => product.Id == changed ? product with { Title = product.Title + " renewed" } : product)] });
        Run(always);
        HashSet<string> judged = [.. data.Splits.Where(split => split.Value == Split.Dev).Select(split => split.Key)];
        Assert.Equal(Lines().Count(line => line.Product == changed) + data.Judgments.Count(judgment => judgment.ProductId == changed && judged.Contains(judgment.QueryId)), Report().Teachers[2].Pairs);
        Make("dear", seed: 5);
        Run(always);
        Assert.Equal(pairs + dev, Report().Teachers[2].Pairs);
        Assert.Equal(2, Directory.GetFiles(workspace.Answers).Length);
        Assert.Empty(new LabelsCheck(workspace, repair: false, _ => { }, CancellationToken.None).Run());
    }

    [Fact]
    public void A_product_nobody_knows_costs_no_other_its_label()
    {
        CandidatePair[] pairs = [.. PairStore.Read(workspace.Pairs)];
        PairStore.Write(workspace.Pairs, [pairs[0], pairs[0] with { ProductId = "nothing" }, .. pairs[1..]]);
        Run(stage);
        Assert.Equal(pairs.Length, LabelStore.Read(workspace.Labels).Count());
        Assert.Equal(pairs.Length, Report().Pairs);
        Assert.Empty(new LabelsCheck(workspace, repair: false, _ => { }, CancellationToken.None).Run());
    }

    [Fact]
    public void Parts_of_workers_that_chose_differently_are_refused()
    {
        int count = (int)PairStore.Read(workspace.Pairs).LongCount();
        new LabelWorker(stage, ShardChoice.Parse("/1", _ => null), Context()).Run();
        string name = Path.Combine(LabelPart.FolderIn(workspace), ShardChoice.NameOf(0, 1));
        string[] lines = File.ReadAllLines(name + ".tsv");
        string[] fields = lines[1].Split('\t');
        fields[^2] = fields[^2] == "1" ? "0" : "1";
        lines[1] = string.Join('\t', fields);
        File.WriteAllText(name + ".tsv", string.Join('\n', lines) + "\n");
        JsonObject part = JsonNode.Parse(File.ReadAllText(name + ".json"))!.AsObject();
        part["sha256"] = LabelStore.HashOf(name + ".tsv");
        File.WriteAllText(name + ".json", part.ToJsonString());
        Assert.Contains($"query {fields[0]}: the dear teacher was asked about a part of its products only", Assert.Throws<InputException>(Merge).Message);
        Assert.Equal(count + 1, lines.Length);
    }

    [Fact]
    public void Without_dev_judgments_teachers_count_alike_and_nothing_is_claimed()
    {
        Dataset data = DatasetFiles.Read(workspace.Data);
        DatasetFiles.Write(workspace.Data, data with { Splits = data.Splits.ToDictionary(split => split.Key, split => split.Value == Split.Dev ? Split.Test : split.Value) });
        Run(stage);
        CascadeStamp how = LabelManifest.Read(workspace.Labels).Stamp.Cascade!;
        Assert.Equal("0 + 1 (0.5 bm25 + 0.5 cheap)", how.Unasked);
        Assert.StartsWith("0 + 1 (0.33 bm25 + 0.33 cheap", how.Asked);
        Assert.Null(Report().Dev);
        Assert.Contains("  without dev judgments: teachers count alike, and what asking changes is not known", notes.Lines);
    }

    public static TheoryData<LabelStage, string> Wrong => new()
    {
        { stage with { Cascade = new("dear", 1.5) }, "label.cascade.share: found 1.5; expected a share from 0 to 1" },
        { stage with { Cascade = new("dear", double.NaN) }, "label.cascade.share" },
        { stage with { Cascade = new("dear", -.1) }, "label.cascade.share" },
        { stage with { Teachers = null }, "a cascade without cheap teachers" },
        { stage with { Cascade = new() }, "no dear teacher" },
        { stage with { Teacher = new TeacherEndpoint("http://localhost:1/rerank") }, "two dear teachers" },
        { stage with { Cascade = new("cheap") }, "cheap is among the cheap teachers" },
        { stage with { Cascade = new("nobody") }, "no model named 'nobody'" },
        { stage with { Cascade = new("three") }, "three has 3 grades, bm25 has 4" },
        { stage with { Transform = ScoreTransform.Raw }, "label.transform: raw is for one model" },
        { stage with { Teachers = ["cheap", "cheap"] }, "each once" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void What_makes_no_cascade_is_told_and_the_labels_there_are_stay(LabelStage wrong, string expected)
    {
        Run(new LabelStage(Teachers: ["bm25"]));
        byte[] before = File.ReadAllBytes(Shard);
        Assert.Contains(expected, Assert.Throws<InputException>(() => Run(wrong)).Message);
        Assert.Contains(expected, Assert.Throws<InputException>(() => new LabelWorker(wrong, ShardChoice.Parse("0/2", _ => null), Context()).Run()).Message);
        Assert.Equal(before, File.ReadAllBytes(Shard));
    }

    [Fact]
    public void The_dev_sample_has_whole_queries()
    {
        Dataset data = DatasetFiles.Read(workspace.Data);
        Judgment[] all = Cascade.DevSample(data), some = Cascade.DevSample(data, all.Length / 3);
        Assert.InRange(some.Length, 1, all.Length / 2);
        Assert.All(some.GroupBy(judgment => judgment.QueryId), query => Assert.Equal(data.Judgments.Count(judgment => judgment.QueryId == query.Key), query.Count()));
        Assert.All(all, judgment => Assert.Equal(Split.Dev, data.Splits[judgment.QueryId]));
    }

    string Shard => Path.Combine(workspace.Labels, LabelStore.ShardName(0));

    record Line(string Query, string Product, double Score, bool Asked);

    Line[] Lines() => [.. File.ReadLines(Shard).Skip(1).Select(line => line.Split('\t')).Select(fields => new Line(fields[0], fields[1], float.Parse(fields[2], CultureInfo.InvariantCulture), fields[^2] == "1"))];

    CascadeReport Report() => JsonSerializer.Deserialize<CascadeReport>(File.ReadAllText(Path.Combine(workspace.Audit, "cascade.json")), RecordJson.Options)!;

    string Manifest()
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Labels, LabelManifest.FileName)))!.AsObject();
        manifest.Remove("began");
        return manifest.ToJsonString();
    }

    /// <summary>Log-odds of all pairs by one teacher; BM25's after its calibration.</summary>
    double[] ScoresOf(string name)
    {
        Dataset data = DatasetFiles.Read(workspace.Data);
        Dictionary<string, string> queries = data.Queries.Concat(PairStore.ReadQueries(workspace.Pairs)).ToDictionary(query => query.Id, query => query.Text);
        using var kernels = new CpuKernels(1);
        using ITeacher teacher = new TeacherNames([name], workspace).OpenAll(ScoreTransform.Logit, data, queries, kernels, null)[0];
        CandidatePair[] pairs = [.. PairStore.Read(workspace.Pairs)];
        double[] scores = new double[pairs.Length];
        teacher.Judge(pairs, scores, new double[pairs.Length * teacher.Grades]);
        return scores;
    }

    /// <summary>Reads <see cref="Mixture.Formula"/>.</summary>
    static Mixture Parsed(string formula)
    {
        double[] numbers = [.. Regex.Matches(formula, @"(?<![\w.])-?\d+(\.\d+)?(?= )").Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];
        double[] weights = numbers[2..];
        return new(weights, new GainScale(numbers[0], numbers[1]));
    }

    void Merge()
    {
        LabelMerge merge = LabelMerge.Of(workspace);
        RecipeRunner.Run(Recipe.Of(merge.Stage, merge.Seed), Context());
        merge.Discard();
    }

    void Run(LabelStage stage) => RecipeRunner.Run(Recipe.Of(stage, 1), Context());

    void Make(string name, ulong seed, double[]? gains = null)
    {
        gains ??= [0, 1 / 3.0, 2 / 3.0, 1];
        WordPieceTokenizer tokenizer = WordPieceTokenizer.Load(workspace.Tokenizer);
        using var model = new Decoder(new DecoderConfig(tokenizer.VocabularySize, 32, 2, 2, 1, 48, 64, gains.Length)) { Gains = gains };
        model.Parameters.Initialize(seed, .2f);
        ModelStore.Save(model, workspace.Model(name));
        tokenizer.Save(workspace.Model(name));
    }

    StageContext Context() => new(workspace, 1, 2, notes, TimeProvider.System, TestContext.Current.CancellationToken);
}
