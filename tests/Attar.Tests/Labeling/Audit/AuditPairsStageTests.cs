using System.Text.Json.Nodes;
using Attar.Augmentation;
using Attar.Data;
using Attar.Labeling;
using Attar.Labeling.Audit;
using Attar.Models.Heads;
using Attar.Tests.Data;
using Attar.Workspaces;

namespace Attar.Tests.Labeling.Audit;

/// <summary>Sound pairs pass; each fault is planted alone and its check alone fails.</summary>
public sealed class AuditPairsStageTests : IDisposable
{
    static readonly string[] colours = ["red", "oak", "white", "blue", "green"], things = ["drill", "lamp", "table", "brick", "chair", "shelf"];

    readonly Folder folder = new();
    readonly Workspace workspace;
    List<Product> products = [.. Enumerable.Range(0, 30).Select(i => new Product($"p{i}", $"{colours[i % 5]} {things[i / 5]} model {i * 37}", $"brand{i % 3}", things[i / 5], $"colour={colours[i % 5]}; price={10 + i}"))];
    readonly List<Query> queries = [new("q1", "red drill"), new("q2", "white lamp"), new("q3", "oak table"), new("test1", "blue brick"), new("dev1", "green chair")];
    List<CandidatePair> pairs;
    Func<int, double[]> teacher = i => i % 3 == 0 ? [.1, .9] : [.8 - i % 7 * .01, .2 + i % 7 * .01];

    public AuditPairsStageTests()
    {
        workspace = new Workspace(folder.Root);
        pairs = [.. queries[..3].SelectMany(query => products.Select(product => new CandidatePair(query.Id, product.Id, "random")))];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Sound_pairs_pass_and_the_page_tells_what_they_are_made_of()
    {
        Assert.Empty(Failed());
        JsonNode audit = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Root, "audit", "pairs.json")))!;
        Assert.Equal(90, (int)audit["pairs"]!);
        Assert.Equal(90, (int)audit["labels"]!);
        Assert.Equal([0, 3, 0, 0, 0, 0, 0, 0], audit["histograms"]![0]!["counts"]!.AsArray().Select(bar => (int)bar!["count"]!));
        Assert.Contains(audit["histograms"]!.AsArray(), histogram => (string)histogram!["name"]! == "labels by the likeliest grade" && (int)histogram["counts"]![1]!["count"]! == 30);
        Assert.Equal([21, 18, 18, 18, 15], audit["histograms"]!.AsArray().Single(histogram => (string)histogram!["name"]! == "pairs by price")!["counts"]!.AsArray().Select(bar => (int)bar!["count"]!));
        string page = File.ReadAllText(Path.Combine(folder.Root, "audit", "pairs.html"));
        Assert.Contains("all 12 checks passed", page);
        Assert.DoesNotContain("http", page);
    }

    [Fact]
    public void Pairs_without_labels_are_checked_alone()
    {
        teacher = null!;
        Assert.Empty(Failed());
    }

    [Fact]
    public void A_pair_that_is_there_twice_is_caught()
    {
        pairs.Insert(5, pairs[2]);
        Assert.Equal(["duplicates"], Failed());
    }

    [Fact]
    public void Products_nearly_the_same_are_caught()
    {
        products = [.. products, .. Enumerable.Range(0, 20).Select(i => new Product($"copy{i}", "steel wall shelf bracket heavy duty black model " + "ab"[i % 2], "brand0", "shelf"))];
        pairs = [.. queries[..3].SelectMany(query => products.Select(product => new CandidatePair(query.Id, product.Id, "random")))];
        Assert.Equal(["near-duplicate-products"], Failed());
    }

    [Fact]
    public void Queries_that_nearly_repeat_another_are_caught()
    {
        AddQuery("again", "Table, oak");
        Assert.Equal(["near-duplicate-queries"], Failed());
        Assert.Contains("'Table, oak'", Message());
    }

    [Theory, InlineData("test1"), InlineData("dev1")]
    public void A_query_of_the_test_split_itself_is_caught(string id)
    {
        pairs.Add(new CandidatePair(id, "p1", "random"));
        Assert.Equal(["leaked"], Failed());
    }

    [Fact]
    public void A_query_that_equals_one_of_the_test_split_is_caught()
    {
        AddQuery("same", "Blue-brick");
        Assert.Equal(["leaked"], Failed());
    }

    [Fact]
    public void A_query_that_is_nearly_one_of_the_test_split_is_caught()
    {
        AddQuery("near", "brick, blue");
        Assert.Equal(["nearly-leaked"], Failed());
    }

    [Fact]
    public void A_category_without_pairs_is_caught_by_name()
    {
        pairs.RemoveAll(pair => int.Parse(pair.ProductId[1..]) / 5 == 3);
        Assert.Equal(["categories"], Failed());
        Assert.Contains("brick (5 products)", Message());
    }

    [Fact]
    public void Brands_without_pairs_are_caught()
    {
        pairs.RemoveAll(pair => int.Parse(pair.ProductId[1..]) % 3 != 1);
        Assert.Equal(["brands"], Failed());
    }

    [Fact]
    public void Attribute_values_without_pairs_are_caught_by_name()
    {
        pairs.RemoveAll(pair => int.Parse(pair.ProductId[1..]) % 5 is 0 or 2 or 3);
        Assert.Equal(["attributes"], Failed());
        Assert.Contains("colour=blue (6 products)", Message());
        Assert.Empty(Failed(new AuditLimits(Attributes: .4)));
    }

    [Fact]
    public void Pairs_of_cheap_products_are_caught()
    {
        pairs.RemoveAll(pair => int.Parse(pair.ProductId[1..]) > 5); // the first of five bands, and a first product of the second category
        Assert.Equal(["categories", "prices"], Failed());
    }

    [Fact]
    public void Pairs_that_have_some_of_every_price_but_mostly_the_dearest_are_caught()
    {
        pairs = [.. queries[..3].SelectMany(query => products.Where((_, i) => i % 6 == 0 || i > 23).Select(product => new CandidatePair(query.Id, product.Id, "random")))];
        Assert.Equal(["prices"], Failed(new AuditLimits(Categories: 0)));
    }

    [Fact]
    public void A_constant_teacher_is_caught()
    {
        teacher = _ => [.4, .6];
        Assert.Equal(["constant", "one-grade", "entropy"], Failed());
    }

    [Fact]
    public void A_teacher_that_knows_one_grade_is_caught()
    {
        teacher = i => [.9 - i % 7 * .01, .1 + i % 7 * .01];
        Assert.Equal(["one-grade"], Failed());
    }

    [Fact]
    public void A_teacher_that_guesses_is_caught()
    {
        teacher = i => [.5 + (i % 7 - 3) * .01, .5 - (i % 7 - 3) * .01];
        Assert.Equal(["entropy"], Failed());
    }

    [Fact]
    public void Limits_can_be_moved()
    {
        pairs.Insert(5, pairs[2]);
        Assert.Empty(Failed(new AuditLimits(Duplicates: .05)));
        Assert.Equal(["duplicates", "categories"], Failed(new AuditLimits(Categories: 1.1)));
    }

    void AddQuery(string id, string text)
    {
        queries.Add(new Query(id, text));
        pairs.Add(new CandidatePair(id, "p1", "random"));
        pairs.Add(new CandidatePair(id, "p3", "random"));
    }

    string Message() => Assert.Throws<StageFailedException>(() => new AuditPairsStage().Run(folder.Context())).Message;

    /// <summary>Names of the checks that fail, from the lines of the failure.</summary>
    string[] Failed(AuditLimits? limits = null)
    {
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], 1), products, queries, [], new Dictionary<string, Split> { ["test1"] = Split.Test, ["dev1"] = Split.Dev }));
        PairStore.Write(workspace.Pairs, pairs);
        PairStore.WriteQueries(workspace.Pairs, []);
        if (teacher is not null) Label();
        try
        {
            new AuditPairsStage(limits).Run(folder.Context());
            return [];
        }
        catch (StageFailedException failure)
        {
            return [.. failure.Message.Split('\n').Select(line => line.Split(' ')[2])];
        }
    }

    void Label()
    {
        var stamp = new LabelStamp("teacher", "", "pair", ScoreTransform.Logit, "float32", 2);
        LabelWriter writer = LabelWriter.Begin(workspace.Labels, new LabelManifest(stamp, "source", DateTimeOffset.UnixEpoch, 100, []));
        int i = 0;
        Labeler.Run(writer, pairs, pairs.Count, _ => "-", chunk => chunk.Select(pair => teacher(i++) is var p ? LabelStore.Line(pair, GradeHead.Logit(p[1]), p, "-") : ""), folder.Context());
        writer.Finish();
    }
}
