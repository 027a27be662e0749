using Attar.Augmentation;
using Attar.Augmentation.Sources;
using Attar.Data;
using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Retrieval;
using Attar.Studies;
using Attar.Tests.Data;

namespace Attar.Tests.Augmentation;

public sealed class SelectionTests : IDisposable
{
    readonly Folder folder = new();

    static readonly Product[] Pool = [.. Enumerable.Range(0, 12).Select(i => new Product($"p{i}", $"thing {i}", "brand", i < 9 ? "lamps" : i == 9 ? "sofas" : "rugs"))];

    public void Dispose() => folder.Dispose();

    /// <summary>Scores by product, whatever the query.</summary>
    sealed record Scores(string Name, params float[] Values) : IReranker
    {
        public float[] Score(string query, IReadOnlyList<Product> products) => [.. products.Select(product => Values[int.Parse(product.Id[1..])])];
    }

    ModelReranker Student()
    {
        string path = folder["student"];
        RandomModel.Write(path, new EncoderConfig(0, 16, 1, 2, 32, MaxPositions: 32), new WordPieceTokenizer([.. SpecialTokens.All, "thing", .. Enumerable.Range(0, 12).Select(i => $"{i}")]), 1);
        return new ModelReranker("student", path, 1);
    }

    [Fact]
    public void Two_models_that_differ_in_scale_alone_agree_and_where_one_is_turned_it_shows()
    {
        float[] scores = [.. Enumerable.Range(0, 12).Select(i => (float)i)], other = [.. scores.Select(score => 100 + 7 * score)];
        (other[2], other[9]) = (other[9], other[2]);
        Assert.Equal([2, 9], Selection.ByDisagreement(new Scores("a", scores), new Scores("b", other))("q", Pool, 2));
    }

    [Fact]
    public void A_constant_model_disagrees_most_where_the_other_is_surest() =>
        Assert.Equal([3], Selection.ByDisagreement(new Scores("a", new float[12]), new Scores("b", 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0))("q", Pool, 1));

    [Fact]
    public void The_products_whose_score_is_nearest_to_even_are_the_uncertain_ones()
    {
        using ModelReranker model = Student();
        float[] scores = model.Score("thing", Pool);
        int[] nearest = [.. Enumerable.Range(0, 12).OrderBy(i => Math.Abs(scores[i])).Take(4).Order()];
        Assert.Equal(nearest, Selection.ByUncertainty(model)("thing", Pool, 4));
        Assert.All(model.Uncertainty("thing", Pool), value => Assert.InRange(value, 0, 1));
        double p = 1 / (1 + Math.Exp(-scores[0])), entropy = -(p * Math.Log2(p) + (1 - p) * Math.Log2(1 - p));
        Assert.Equal(entropy, model.Uncertainty("thing", Pool)[0], 5);
    }

    [Fact]
    public void A_spread_is_the_head_of_a_ranking_and_evenly_what_is_below_it()
    {
        var model = new Scores("a", [.. Enumerable.Range(0, 12).Select(i => -(float)i)]); // ranked as they stand
        Assert.Equal([0, 1, 2, 4, 7, 10], Selection.BySpread(model)("q", Pool, 6)); // 3 to 11 in three thirds, of each the middle
        Assert.Equal([0], Selection.BySpread(model)("q", Pool, 1));
        Assert.Equal([0, 6], Selection.BySpread(model)("q", Pool, 2));
        for (int count = 0; count <= 14; count++)
        {
            int[] chosen = Selection.BySpread(model)("q", Pool, count);
            Assert.Equal(Math.Min(count, 12), chosen.Distinct().Count());
            Assert.Equal(Enumerable.Range(0, (chosen.Length + 1) / 2), chosen[..((chosen.Length + 1) / 2)]);
        }
    }

    [Fact]
    public void Coverage_takes_one_of_each_category_before_a_second() => Assert.Equal([0, 1, 9, 10, 11], Selection.ByCoverage("q", Pool, 5));

    [Fact]
    public void Without_categories_brands_are_covered()
    {
        Product[] pool = [.. Enumerable.Range(0, 6).Select(i => new Product($"p{i}", "thing", i < 5 ? "Acme" : "Bolt"))];
        Assert.Equal([0, 5], Selection.ByCoverage("q", pool, 2));
    }

    [Fact]
    public void The_model_s_own_top_results_come_in_its_order()
    {
        float[] scores = [.. Enumerable.Range(0, 12).Select(i => (float)(i * 5 % 12))];
        var source = new ModelTop("model", Pool, new Scores("a", scores));
        Assert.Equal([7, 2, 4], source.Propose(new SearchedQuery("thing", 0, [2, 4, 7]), new Random(1)).ToArray());
        Assert.Empty(source.Propose(new SearchedQuery("thing", 0, []), new Random(1)));
    }
}
