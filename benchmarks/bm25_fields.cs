#:project ../src/Attar/Attar.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/bm25_fields.cs -- WORKSPACE... shop:SEED:WORDS...
// NDCG@5 of BM25 on workspaces and on generated shops with descriptions of so many words: titles and their like alone, with descriptions as usual, and weighed as the judgments of dev say.
using System.Globalization;
using Attar.Data;
using Attar.Data.Shop;
using Attar.Evaluation;
using Attar.Retrieval;
using Attar.Workspaces;

foreach (string name in args)
{
    Dataset data = name.Split(':') is ["shop", var seed, var words]
        ? GeneratedShop.Create(new ShopOptions(Seed: int.Parse(seed, CultureInfo.InvariantCulture), DescriptionWords: int.Parse(words, CultureInfo.InvariantCulture)), new Silent()).Data
        : DatasetFiles.Read(new Workspace(name).Data);
    Bm25Index usual = new(data.Products), chosen = FieldWeights.Index(data);
    Console.WriteLine($"{name}: {usual.Language.Name}; dev says {(chosen.Formula == usual.Formula ? "nothing clear" : chosen.Formula)}");
    Console.WriteLine($"  titles             {Measure(new Bm25Index([.. data.Products.Select(product => new Product(product.Id, product.Title))]))}");
    Console.WriteLine($"  no descriptions    {Measure(new Bm25Index(data.Products, new Bm25(DescriptionLength: 0)))}");
    Console.WriteLine($"  usual weights      {Measure(usual)}");
    if (chosen.Formula != usual.Formula) Console.WriteLine($"  weights of dev     {Measure(chosen)}");

    string Measure(Bm25Index index)
    {
        Dictionary<string, int> places = index.Products.Index().ToDictionary(entry => entry.Item.Id, entry => entry.Index);
        return string.Join("  ", Enum.GetValues<Split>().Select(split => string.Create(CultureInfo.InvariantCulture, $"{split} {JudgedQuery.Of(data, split, truth: false)
            .Select(query => Ndcg.At(5, index.Scores(query.Query.Text, [.. query.ProductIds.Select(id => places[id])]), query.Gains, query.ProductIds)).Where(value => !double.IsNaN(value)).Average():0.0000}")));
    }
}

sealed class Silent : IProgressSink
{
    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line) { }
}
