using Attar.Data;
using Attar.Evaluation.Audit;

namespace Attar.Tests.Evaluation.Audit;

public sealed class SegmentationTests
{
    static readonly Product[] products = [.. Enumerable.Range(1, 10).Select(i => new Product($"p{i}", string.Join(' ', Enumerable.Repeat("word", i)), i % 2 == 0 ? "Acme" : "", "Tools", $"price=${i}0; color=red"))];
    static readonly Dataset data = new(new GradeScale([0, 1], 1), products, [new("q1", "red hammer")], [new("q1", "p1", 1), new("q1", "p2", 0)], new Dictionary<string, Split>());

    static string Of(string dimension, Query query, Product product) => Segmentation.Named(data, [dimension], "by")[0].Of(query, product);

    [Fact]
    public void A_pair_has_one_segment_in_each_dimension()
    {
        var query = new Query("q", "red word lamp");
        Assert.Equal("Tools", Of("category", query, products[0]));
        Assert.Equal("Acme", Of("brand", query, products[1]));
        Assert.Equal("", Of("brand", query, products[0]));
        Assert.Equal("to 30", Of("price", query, products[2]));
        Assert.Equal("above 90", Of("price", query, products[9]));
        Assert.Equal("above 3 to 5", Of("title-length", query, products[3]));
        Assert.Equal("none", Of("popularity", query, products[4]));
        Assert.Equal("above 0 to 1", Of("popularity", query, products[1]));
        Assert.Equal("3", Of("query-length", query, products[0]));
        Assert.Equal("none", Of("rarity", query, products[0])); // no product has a lamp
        Assert.Equal("above 1 % of the products", Of("rarity", new Query("q", "red"), products[0]));
        Assert.Equal("Latin", Of("script", query, products[0]));
    }

    [Fact]
    public void What_the_catalogue_does_not_have_is_no_dimension()
    {
        Dataset bare = data with { Products = [new("p1", "lamp"), new("p2", "lamp")], Judgments = [] };
        Assert.Equal(["popularity", "query-length", "rarity", "script"], Segmentation.Of(bare).Select(dimension => dimension.Name));
        var fault = Assert.Throws<InputException>(() => Segmentation.Named(bare, ["brand"], "recalibrate"));
        Assert.Contains("'brand'; expected some of popularity, query-length, rarity, script", fault.Message);
    }

    [Theory]
    [InlineData("oak table", "Latin"), InlineData("crème brûlée", "Latin with accents"), InlineData("стол", "Cyrillic"), InlineData("τραπέζι", "Greek"), InlineData("桌子", "Han"), InlineData("テーブル 木", "Kana")]
    [InlineData("책상", "Hangul"), InlineData("طاولة", "Arabic"), InlineData("שולחן", "Hebrew"), InlineData("मेज़", "Devanagari"), InlineData("โต๊ะ", "Thai"), InlineData("12-34", "none"), InlineData("oak стол", "mixed")]
    public void A_text_has_the_script_of_its_letters(string text, string script) => Assert.Equal(script, Script.Of(text));

    [Fact]
    public void Bands_stand_in_the_order_of_their_numbers() =>
        Assert.Equal(["none", "to 9", "above 9 to 29", "above 29 to 199", "above 199"], new[] { "above 199", "above 29 to 199", "none", "to 9", "above 9 to 29" }.OrderBy(Bands.PlaceOf));
}
