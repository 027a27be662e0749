using Attar.Augmentation;
using Attar.Data;
using Attar.Retrieval;
using Attar.Tests.Data.Import;

namespace Attar.Tests.Data.Shops;

public sealed class ForeignShopTests : IDisposable
{
    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    public static TheoryData<string> Languages => ["German", "Russian", "Japanese"];

    Dataset Import(string language)
    {
        var (products, judgments) = language switch { "German" => ForeignShops.German, "Russian" => ForeignShops.Russian, _ => ForeignShops.Japanese };
        return shop.Import(products, judgments);
    }

    [Theory, MemberData(nameof(Languages))]
    public void Columns_in_the_shops_own_language_need_no_map(string language)
    {
        Dataset data = Import(language);
        Assert.Equal((64, 8, 48), (data.Products.Count, data.Queries.Count, data.Judgments.Count));
        Assert.All(data.Products, product => Assert.True(product is { Title.Length: > 0, Brand.Length: > 0, Category.Length: > 0, Description.Length: > 0 }));
        Assert.Contains($"language of the products: {language}", shop.Notes);
        Assert.Equal([language == "German" ? 2.5 : 3, 0], data.Judgments.Select(judgment => judgment.Rating - (language == "German" ? 0.5 : 0)).Distinct());
    }

    [Theory, MemberData(nameof(Languages))]
    public void Search_puts_first_what_a_speaker_means(string language)
    {
        Dataset data = Import(language);
        var index = new Bm25Index(data.Products);
        foreach (Query query in data.Queries)
        {
            string right = data.Judgments.First(judgment => judgment.QueryId == query.Id).ProductId.Split('-')[0];
            string[] found = [.. index.Search(query.Text, 8).Select(hit => data.Products[hit.Product].Id.Split('-')[0])];
            Assert.True(found.Length == 8 && found.All(thing => thing == right), $"{query.Text}: {string.Join(' ', found)}; expected {right}");
        }
    }

    [Theory, MemberData(nameof(Languages))]
    public void Generate_fills_its_quotas(string language)
    {
        Dataset data = Import(language);
        DatasetFiles.Write(shop.Folder["data"], data with { Splits = data.Queries.ToDictionary(query => query.Id, _ => Split.Train) });
        new GenerateStage(PerQuery: 10, NewQueries: 20).Run(shop.Folder.Context());
        var perQuery = File.ReadLines(Directory.GetFiles(shop.Folder["pairs"], "*.tsv").Single(file => File.ReadLines(file).First().StartsWith("query_id\tproduct_id"))).Skip(1).CountBy(line => line.Split('\t')[0]).ToDictionary();
        Assert.True(perQuery.Count >= 8);
        Assert.All(data.Queries, query => Assert.Equal(10, perQuery[query.Id]));
    }

    [Theory]
    [InlineData("حقيبة ظهر", "حقائب", "حقيبة", "ar"), InlineData("กระเป๋าเป้สีดำ", "กระเป๋าเป้", "โคมไฟตั้งโต๊ะ", "th"), InlineData("Kablosuz matkap seti için çanta", "MATKAPLAR", "Masa lambası ve abajur için", "tr")]
    public void Words_are_told_apart_in_Arabic_Thai_and_Turkish_too(string title, string query, string other, string code)
    {
        var index = new Bm25Index([new Product("1", title), new Product("2", other)]);
        Assert.Equal(code, index.Language.Code);
        if (code != "ar") Assert.Equal(0, index.Search(query, 1)[0].Product);
        else Assert.Equal(0, index.Search("الظهر", 1)[0].Product); // with the article
    }
}
