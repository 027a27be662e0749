using Attar.Data;
using Attar.Data.Shop;
using Attar.Evaluation;
using Attar.Retrieval;
using Attar.Tests.Data;

namespace Attar.Tests.Retrieval;

public sealed class FieldWeightsTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Titles are numbers; what a product is stands at the end of a long description, and brands say the contrary.</summary>
    static Dataset NumberedShop(int queries, Split split = Split.Dev)
    {
        string[] things = [.. Enumerable.Range(0, queries).Select(i => $"thing{i}")];
        return new Dataset(new GradeScale([0, 1], 1),
            [.. things.SelectMany((thing, i) => new[]
            {
                new Product($"right{i}", $"No {i}", Description: $"{string.Join(' ', Enumerable.Range(0, 40).Select(word => $"word{(word * 7 + i) % 90}"))} {thing} {thing}"),
                new Product($"wrong{i}", $"No 9{i}", Brand: thing),
            })],
            [.. things.Select((thing, i) => new Query($"q{i}", thing))],
            [.. things.SelectMany((_, i) => new[] { new Judgment($"q{i}", $"right{i}", 1), new Judgment($"q{i}", $"wrong{i}", 0) })],
            Enumerable.Range(0, queries).ToDictionary(i => $"q{i}", _ => split));
    }

    [Fact]
    public void Judgments_of_dev_that_say_it_clearly_weigh_the_fields()
    {
        Dataset data = NumberedShop(60);
        Bm25Index usual = new(data.Products), weighed = FieldWeights.Index(data);
        Assert.True(usual.Score("thing3", data.Products[6]) < usual.Score("thing3", data.Products[7]));
        Assert.True(weighed.Score("thing3", data.Products[6]) > weighed.Score("thing3", data.Products[7]), $"{weighed.Formula}");
    }

    [Fact]
    public void Few_judgments_those_of_other_splits_and_those_that_agree_change_nothing()
    {
        Assert.Equal(new Bm25(), FieldWeights.Index(NumberedShop(20)).Formula);
        Assert.Equal(new Bm25(), FieldWeights.Index(NumberedShop(60, Split.Test)).Formula);
        Dataset data = NumberedShop(60);
        Assert.Equal(new Bm25(), FieldWeights.Index(data with { Judgments = [] }).Formula);
        Assert.Equal(new Bm25(), FieldWeights.Index(data with { Judgments = [.. data.Judgments.Select((judgment, i) => judgment with { Rating = (i / 2 + i) % 2 })] }).Formula); // as many for as against
    }

    [Fact]
    public void Long_descriptions_of_other_things_cost_nothing_that_titles_alone_had()
    {
        Dataset data = GeneratedShop.Create(new ShopOptions(Products: 5000, Queries: 600, DescriptionWords: 150), folder).Data;
        double Of(Bm25 formula)
        {
            var reranker = new Bm25Reranker(new Bm25Index(data.Products, formula));
            return JudgedQuery.Of(data, null, truth: false).Select(query => Ndcg.At(5, reranker.Score(query.Query.Text, query.Products), query.Gains, query.ProductIds)).Where(value => !double.IsNaN(value)).Average();
        }
        Assert.InRange(data.Products.Average(product => product.Description.Split(' ').Length), 150, 180);
        Assert.True(Of(new Bm25()) >= Of(new Bm25(DescriptionLength: 0)) - .002);
    }
}
