using Attar.Data;
using Attar.Data.Shop;

namespace Attar.Tests.Data.Shop;

public sealed class GeneratedShopTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    GeneratedShop Create(ShopOptions options) => GeneratedShop.Create(options, folder);

    [Fact]
    public void A_seed_gives_the_same_files_again_and_another_seed_others()
    {
        string Written(int seed)
        {
            DatasetFiles.Write(folder.Root, Create(ShopOptions.Small with { Seed = seed }).Data);
            return string.Concat(Directory.GetFiles(folder.Root).Order().Select(File.ReadAllText));
        }

        string first = Written(1);
        Assert.Equal(first, Written(1));
        Assert.NotEqual(first, Written(2));
    }

    [Fact]
    public void Every_query_of_dev_and_test_is_judged_and_as_many_of_train_as_asked()
    {
        var shop = Create(ShopOptions.Small with { Queries = 200, JudgedTrainQueries = 20, JudgedPerQuery = 12 });
        var judged = shop.Data.Judgments.CountBy(judgment => judgment.QueryId).ToDictionary();

        Assert.All(judged.Values, count => Assert.Equal(12, count));
        Assert.Equal(20, judged.Keys.Count(id => shop.Data.Splits[id] == Split.Train));
        Assert.All(shop.Data.Queries, query =>
        {
            Assert.Equal(QuerySplit.Of(query.Text), shop.Data.Splits[query.Id]);
            Assert.True(judged.ContainsKey(query.Id) || shop.Data.Splits[query.Id] == Split.Train, query.Text);
        });
    }

    [Fact]
    public void Every_query_has_a_right_answer_and_a_text_of_its_own()
    {
        var shop = Create(ShopOptions.Small with { Products = 500, Queries = 300 });
        Assert.All(shop.Data.Queries, query => Assert.Contains(shop.Data.Products, product => shop.TrueGradeOf(query.Id, product.Id) == 3));
        Assert.Equal(300, shop.Data.Queries.DistinctBy(query => query.Text).Count());
    }

    [Fact]
    public void Raters_who_see_well_agree_with_the_truth()
    {
        var shop = Create(ShopOptions.Small with { RaterNoise = 0 });
        Assert.All(shop.Data.Judgments, judgment =>
        {
            Assert.Equal(shop.TrueGradeOf(judgment.QueryId, judgment.ProductId), judgment.Truth);
            Assert.Equal(judgment.Truth, judgment.Rating);
            Assert.Equal(3, judgment.Votes![(int)judgment.Rating]);
        });
    }

    [Fact]
    public void Raters_miss_the_truth_as_often_as_asked_mostly_by_one()
    {
        var random = new Random(1);
        var missedBy = new int[TrueGrade.Grades];
        for (int round = 0; round < 10_000; round++)
        {
            int truth = round % TrueGrade.Grades;
            int[] votes = Raters.Vote(truth, noise: 0.3, random);
            Assert.Equal(3, votes.Sum());
            for (int grade = 0; grade < votes.Length; grade++) missedBy[Math.Abs(grade - truth)] += votes[grade];
        }
        Assert.InRange(1 - missedBy[0] / 30_000.0, 0.29, 0.31); // six standard errors wide
        Assert.True(missedBy[1] > 4 * (missedBy[2] + missedBy[3]));
    }

    [Fact]
    public void Another_noise_leaves_products_queries_and_judged_pairs_as_they_were()
    {
        Dataset clear = Create(ShopOptions.Small with { RaterNoise = 0 }).Data, noisy = Create(ShopOptions.Small with { RaterNoise = 0.5 }).Data;
        Assert.Equal(clear.Products, noisy.Products);
        Assert.Equal(clear.Queries, noisy.Queries);
        Assert.Equal(clear.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, judgment.Truth)), noisy.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, judgment.Truth)));
        Assert.Contains(noisy.Judgments, judgment => judgment.Rating != judgment.Truth);
    }

    [Fact]
    public void Judged_pairs_cover_every_grade_and_words_do_not_settle_it()
    {
        var shop = Create(ShopOptions.Small with { Products = 2000, Queries = 300, JudgedTrainQueries = 50, JudgedPerQuery = 16 });
        double total = shop.Data.Judgments.Count;
        Assert.All(Enumerable.Range(0, 4), grade => Assert.InRange(shop.Data.Judgments.Count(judgment => judgment.Truth == grade) / total, 0.1, 0.5));

        var listings = shop.Data.Products.ToDictionary(product => product.Id, product => $"{product.Title} {product.Attributes} {product.Description}".ToLowerInvariant());
        var texts = shop.Data.Queries.ToDictionary(query => query.Id, query => query.Text.Split(' '));
        bool SharesAll(Judgment judgment) => texts[judgment.QueryId].All(listings[judgment.ProductId].Contains);
        bool SharesNone(Judgment judgment) => !texts[judgment.QueryId].Any(listings[judgment.ProductId].Contains);
        Assert.InRange(shop.Data.Judgments.Count(judgment => SharesAll(judgment) && judgment.Truth < 3) / total, 0.01, 0.3);
        Assert.InRange(shop.Data.Judgments.Count(judgment => SharesNone(judgment) && judgment.Truth == 3) / total, 0.01, 0.3);
    }

    [Fact]
    public void The_grammar_is_wide_and_sound()
    {
        Assert.True(Grammar.Types.Length >= 25);
        Assert.Equal(Grammar.Types.Length, Grammar.Types.DistinctBy(type => type.Name).Count());
        Assert.All(Grammar.Types, type =>
        {
            Assert.NotEmpty(type.Slots);
            Assert.NotEmpty(type.Synonyms);
            Assert.True(type.For is null || Grammar.Types.Any(other => other.Name == type.For), type.Name);
            Assert.All(type.Slots, slot => Assert.Equal(slot.Values.Length, slot.Values.DistinctBy(value => value.Key).Count()));
        });
    }

    [Fact]
    public void Options_out_of_range_are_told_together()
    {
        var faults = Assert.Throws<InputException>(() => Create(new ShopOptions(Products: 1, Queries: 0, RaterNoise: double.NaN))).Faults;
        Assert.Equal(["shop.products", "shop.queries", "shop.judgedPerQuery", "shop.raterNoise"], faults.Select(fault => fault.Where));
    }

    [Fact]
    public void Prices_are_an_attribute_more_and_change_nothing_else()
    {
        Dataset without = Create(ShopOptions.Small).Data, priced = Create(ShopOptions.Small with { Prices = true }).Data;
        Assert.Equal(without.Queries, priced.Queries);
        Assert.Equal(without.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, judgment.Truth)), priced.Judgments.Select(judgment => (judgment.QueryId, judgment.ProductId, judgment.Truth)));
        Assert.All(without.Products.Zip(priced.Products), pair => Assert.Matches($"^price=[1-9][0-9]*9?(; )?{System.Text.RegularExpressions.Regex.Escape(pair.First.Attributes)}$", pair.Second.Attributes));
    }
}
