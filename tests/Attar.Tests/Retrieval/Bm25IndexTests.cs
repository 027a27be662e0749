using Attar.Data;
using Attar.Retrieval;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Retrieval;

public class Bm25IndexTests
{
    static readonly Product[] Shop =
    [
        new("p1", "Cordless drill", "Acme", Attributes: "color=red; power=18 volt"),
        new("p2", "Drill bits for drills"),
        new("p3", "Red brick"),
    ];

    static string Found(string query, int k, Product[] shop) => string.Join(' ', new Bm25Index(shop).Search(query, k).Select(hit => shop[hit.Product].Id));

    [Theory]
    [InlineData("drills", 10, "p2 p1")]
    [InlineData("red drill", 10, "p1 p2 p3")]
    [InlineData("red drill", 1, "p1")]
    [InlineData("18 volt acme", 10, "p1")] // attribute values and brand are searched
    [InlineData("color", 10, "")] // attribute names are not
    [InlineData("sofa", 10, "")]
    [InlineData("", 10, "")]
    [InlineData("drill", 0, "")]
    public void Search_finds_the_best_first(string query, int k, string expected) => Assert.Equal(expected, Found(query, k, Shop));

    [Fact]
    public void The_score_is_the_formula_over_the_terms()
    {
        var index = new Bm25Index(Shop); // lengths 6, 4, 2
        double expected = new Bm25().Weight(Bm25.Idf(3, 2), frequency: 2, length: 4, averageLength: 4);
        Hit best = index.Search("drill", 1)[0];
        Assert.Equal(1, best.Product);
        Assert.Equal(expected, best.Score, 4);
    }

    [Fact]
    public void A_word_of_the_description_counts_less_than_one_of_the_title_and_its_length_does_not_weigh_on_the_title()
    {
        Product[] shop = [new("a", "Oak table"), new("b", "Lamp", Description: "Stands on any oak table" + string.Concat(Enumerable.Repeat(" and on much else", 10))), new("c", "Oak table", Description: string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i}"))), new("d", "Sofa")];
        var index = new Bm25Index(shop);
        float[] scores = index.Scores("oak table", [0, 1, 2, 3]);
        Assert.Equal(scores[0], scores[2]);
        Assert.True(scores[0] > scores[1] && scores[1] > 0 && scores[3] == 0);
    }

    [Fact]
    public void How_rare_a_word_is_descriptions_do_not_decide()
    {
        Product[] shop = [new("a", "Oak table"), new("b", "Lamp", Description: "not a table"), new("c", "Sofa", Description: "goes with a table"), new("d", "Rug", Description: "velvet")];
        var index = new Bm25Index(shop);
        Assert.Equal(new Bm25Index([.. shop.Select(product => product with { Description = "" })]).Score("oak table", shop[0]), index.Score("oak table", shop[0]));
        Assert.Equal((3, 1), (index.DocumentFrequency("table"), index.DocumentFrequency("velvet")));
        Assert.True(index.Score("velvet", shop[3]) > 0); // what only descriptions say is still found
    }

    [Fact]
    public void A_word_beside_the_title_counts_what_it_is_said_to()
    {
        Product[] shop = [new("a", "Norvik table"), new("b", "Oak table", "Norvik")];
        Assert.True(Ratio(1) < 1 && Ratio(.25) < Ratio(1) && Ratio(2) > Ratio(1)); // the second is longer
        double Ratio(double others) => new Bm25Index(shop, new Bm25(OtherFields: others)) is var index ? index.Score("norvik", shop[1]) / index.Score("norvik", shop[0]) : 0;
    }

    [Fact]
    public void A_word_said_twice_counts_twice()
    {
        var index = new Bm25Index(Shop);
        Assert.Equal(2 * index.Score("brick", Shop[2]), index.Score("brick brick", Shop[2]), 5);
    }

    [Fact]
    public void Ties_are_ordered_by_product_id_whatever_the_order_of_the_catalogue()
    {
        Product[] alike = [new("c", "lamp"), new("a", "lamp"), new("b", "lamp")];
        Assert.Equal("a b c", Found("lamp", 3, alike));
        Assert.Equal("a b", Found("lamp", 2, alike));
    }

    [Theory, InlineData("red drill"), InlineData("drill drill bits"), InlineData("sofa"), InlineData("")]
    public void Given_products_score_as_they_do_one_by_one(string query)
    {
        var index = new Bm25Index(Shop);
        Assert.Equal([index.Score(query, Shop[2]), index.Score(query, Shop[0]), index.Score(query, Shop[1])], index.Scores(query, [2, 0, 1]));
    }

    [Fact]
    public void An_empty_catalogue_finds_nothing() => Assert.Equal("", Found("lamp", 3, []));

    [Fact]
    public void The_reranker_scores_products_outside_the_catalogue_by_its_statistics()
    {
        IReranker reranker = new Bm25Reranker(new Bm25Index(Shop));
        float[] scores = reranker.Score("red drill", [Shop[2], new Product("new", "Red drill"), new Product("x", "Sofa")]);
        Assert.True(scores[1] > scores[0]);
        Assert.Equal(0, scores[2]);
        Assert.Equal("bm25", reranker.Name);
    }

    [Fact]
    public void Search_agrees_with_scoring_every_product() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string[] words = ["red", "drill", "drills", "18", "lamp", "oak", "table"];
        string Text(int most) => string.Join(' ', Enumerable.Range(0, random.Next(most)).Select(_ => words[random.Next(words.Length)]));
        Product[] shop = [.. Enumerable.Range(0, random.Next(1, 20)).Select(i => new Product($"p{random.Next(1000)}-{i}", Text(6), Text(2), Text(2)))];
        var index = new Bm25Index(shop);
        string query = Text(4);
        int k = random.Next(25);
        var expected = Enumerable.Range(0, shop.Length).Select(i => new Hit(i, index.Score(query, shop[i]))).Where(hit => hit.Score > 0)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => shop[hit.Product].Id, StringComparer.Ordinal).Take(k);
        return index.Search(query, k).SequenceEqual(expected);
    }));
}
